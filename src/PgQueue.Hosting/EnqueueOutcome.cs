namespace PgQueue;

/// <summary>What an enqueue did.</summary>
public enum EnqueueOutcome
{
    /// <summary>A new job is stored.</summary>
    Created = 0,

    /// <summary>Nothing was stored: the id or the deduplication key belongs to an existing job.</summary>
    Existing = 1,

    /// <summary>A new job is stored and took the place of the waiting one that held the deduplication key.</summary>
    Replaced = 2,
}
