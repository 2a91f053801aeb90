namespace PgQueue;

/// <summary>What came of asking for a job to run again.</summary>
public enum RetryOutcome
{
    /// <summary>A copy of the finished job was stored.</summary>
    Copied = 0,

    /// <summary>It was copied before; that copy is given.</summary>
    CopiedBefore = 1,

    /// <summary>It was scheduled and is ready now.</summary>
    MadeReady = 2,

    /// <summary>It is ready or running: there is nothing to do.</summary>
    NotFinished = 3,

    /// <summary>There is no such job, or its record has passed retention.</summary>
    Unknown = 4,

    /// <summary>Another job holds its deduplication key; that job is given.</summary>
    KeyIsHeld = 5,
}
