namespace PgQueue.Storage;

/// <summary>What the record says of an act.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Act">What.</param>
/// <param name="Target">On what.</param>
/// <param name="Reason">Why, if it was said.</param>
/// <param name="Line">The line of an act on many, to which this batch is added; null for a line of its own.</param>
internal sealed record ActNote(string Actor, string Act, string Target, string? Reason = null, long? Line = null);
