namespace PgQueue;

/// <summary>The figures of one queue.</summary>
public sealed record QueueReport : JobCounts
{
    /// <summary>The queue's name.</summary>
    public required string Queue { get; init; }

    /// <summary>How long the oldest ready job has been waiting since its enqueue, or since its due time if it had one; <see langword="null"/> if none waits.</summary>
    public TimeSpan? OldestReadyAge { get; init; }
}
