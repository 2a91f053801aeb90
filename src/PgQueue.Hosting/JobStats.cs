namespace PgQueue;

/// <summary>Counts of jobs. Those of finished jobs come from counters, are exact and never go down. <see cref="Estimated"/> says which of the others are not exact.</summary>
/// <param name="Ready">Waiting for a free worker.</param>
/// <param name="Scheduled">Waiting for their due time.</param>
/// <param name="Deferred">Of the scheduled ones, those put back because a worker had no handler for their type.</param>
/// <param name="Running">Held by workers, those of a process that died and has not been declared dead yet included. Always exact.</param>
/// <param name="Succeeded">Finished well since the queue was created.</param>
/// <param name="Failed">Failed for good since the queue was created.</param>
/// <param name="Cancelled">Cancelled or superseded since the queue was created.</param>
/// <param name="Retries">Attempts that failed and were retried since the queue was created.</param>
/// <param name="Workers">Worker processes whose heartbeat is current.</param>
/// <param name="OldestReadyAge">How long the oldest ready job has been waiting since its enqueue, or since its due time if it had one; <see langword="null"/> if none waits.</param>
public sealed record JobStats(
    long Ready, long Scheduled, long Deferred, long Running, long Succeeded, long Failed, long Cancelled, long Retries, int Workers,
    TimeSpan? OldestReadyAge)
{
    /// <summary>All jobs that there are or were: ready, scheduled, running, succeeded, failed and cancelled ones.</summary>
    public long Total => Ready + Scheduled + Running + Succeeded + Failed + Cancelled;

    /// <summary>Which of the figures are estimates, because there are too many jobs to count. Nothing below 20,000 jobs of a state.</summary>
    public EstimatedFigures Estimated { get; init; }

    /// <summary>What ended in the last minute; the grain is ten seconds.</summary>
    public JobRates LastMinute { get; init; } = new();

    /// <summary>What ended in the last hour; the grain is a minute.</summary>
    public JobRates LastHour { get; init; } = new();

    /// <summary>What ended in the last 24 hours; the grain is ten minutes.</summary>
    public JobRates LastDay { get; init; } = new();
}
