namespace PgQueue.Storage;

/// <summary>One schedule to fire: what its caller knows of it, and the occurrences to run.</summary>
/// <param name="Name">The schedule.</param>
/// <param name="Revision">As known.</param>
/// <param name="Due">Its next occurrence as known.</param>
/// <param name="Next">The one after this call; null if none will come.</param>
/// <param name="Runs">The jobs to store.</param>
internal sealed record FireRequest(string Name, long Revision, DateTime Due, DateTime? Next, IReadOnlyList<OccurrenceRun> Runs);
