namespace PgQueue;

/// <summary>Where a job is in its life.</summary>
public enum JobState
{
    /// <summary>Waiting for a free worker.</summary>
    Ready = 1,

    /// <summary>Waiting for its due time: delayed, backing off after a failure, snoozed or deferred.</summary>
    Scheduled = 2,

    /// <summary>Held by a worker.</summary>
    Running = 3,

    /// <summary>Finished well.</summary>
    Succeeded = 4,

    /// <summary>Out of attempts, discarded, or the death of three workers. Kept with its errors.</summary>
    Failed = 5,

    /// <summary>Cancelled before it finished.</summary>
    Cancelled = 6,

    /// <summary>Replaced by a later job with the same deduplication key before it started.</summary>
    Superseded = 7,
}
