namespace PgQueue;

/// <summary>What a schedule does when an occurrence is due and the run before it has not finished, its retries included.</summary>
public enum WhenRunning
{
    /// <summary>Runs beside it.</summary>
    Run,

    /// <summary>Passes the occurrence over. It is kept in the schedule's record as passed over.</summary>
    Skip,

    /// <summary>
    /// Runs once more as soon as that run has finished (within two seconds). Further occurrences until then are merged into that one: its
    /// <see cref="ScheduledRun.Occurrence"/> is the latest and <see cref="ScheduledRun.MissedSince"/> the earliest.
    /// </summary>
    QueueOne,
}
