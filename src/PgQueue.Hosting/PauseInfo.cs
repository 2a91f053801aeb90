namespace PgQueue;

/// <summary>A queue or type that is paused.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Name">The queue, the type, or a prefix of types with a <c>*</c> at its end.</param>
/// <param name="Reason">Why, if it was said.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Since">When, by the database's clock.</param>
public sealed record PauseInfo(PauseKind Kind, string Name, string? Reason, string Actor, DateTimeOffset Since);
