namespace PgQueue;

/// <summary>What an enqueue does when another job holds its deduplication key.</summary>
public enum DuplicateAction
{
    /// <summary>Store nothing and return the existing job's id. The default.</summary>
    ReturnExisting = 0,

    /// <summary>
    /// Replace the existing job by this one, payload and due time alike, if it has not started and was enqueued with
    /// <see cref="Replace"/> too (debounce); otherwise return the existing job's id.
    /// </summary>
    Replace = 1,
}
