namespace PgQueue.Storage;

/// <summary>How a job ended that somebody waited for.</summary>
/// <param name="Job">The job.</param>
/// <param name="Outcome">Of its last attempt; null if there is no such job.</param>
/// <param name="Error">The text kept with it.</param>
/// <param name="Result">UTF-8 JSON.</param>
internal sealed record EndedJob(Guid Job, AttemptOutcome? Outcome, string? Error, byte[]? Result);
