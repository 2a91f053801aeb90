namespace PgQueue;

/// <summary>Counts of jobs. The unfinished ones are exact; the finished ones come from counters that never go down.</summary>
/// <param name="Ready">Waiting for a free worker.</param>
/// <param name="Scheduled">Waiting for their due time.</param>
/// <param name="Deferred">Of the scheduled ones, those put back because a worker had no handler for their type.</param>
/// <param name="Running">Held by workers.</param>
/// <param name="Succeeded">Finished well since the queue was created.</param>
/// <param name="Failed">Failed for good since the queue was created.</param>
/// <param name="Cancelled">Cancelled or superseded since the queue was created.</param>
/// <param name="Retries">Attempts that failed and were retried since the queue was created.</param>
/// <param name="Workers">Worker processes whose heartbeat is current.</param>
/// <param name="OldestReadyAge">How long the oldest ready job has been waiting since its enqueue; <see langword="null"/> if none waits.</param>
public sealed record JobStats(
    long Ready, long Scheduled, long Deferred, long Running, long Succeeded, long Failed, long Cancelled, long Retries, int Workers,
    TimeSpan? OldestReadyAge);
