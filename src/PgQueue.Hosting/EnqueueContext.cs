namespace PgQueue;

/// <summary>The jobs of one enqueue call on their way to the database.</summary>
public sealed class EnqueueContext
{
    internal EnqueueContext(NewJob[] jobs) => Jobs = jobs;

    /// <summary>
    /// The jobs, in the caller's order. Replace an element to change it: <c>context.Jobs[0] = job with { ... }</c>. Their number is fixed, because the caller gets
    /// a receipt for each: none can be added or removed.
    /// </summary>
    public IList<NewJob> Jobs { get; }

    /// <summary>What became of them, in the same order; empty until the write is done.</summary>
    public IReadOnlyList<JobReceipt> Receipts { get; internal set; } = [];
}
