namespace PgQueue.Storage;

/// <summary>The job of one occurrence.</summary>
/// <param name="At">The occurrence.</param>
/// <param name="MissedSince">The first of those it stands for; null for itself alone.</param>
/// <param name="JobId">The same for the same occurrence in every process.</param>
/// <param name="Headers">The schedule's headers, and those that tell the handler which occurrence this is.</param>
internal sealed record OccurrenceRun(DateTime At, DateTime? MissedSince, Guid JobId, byte[]? Headers);
