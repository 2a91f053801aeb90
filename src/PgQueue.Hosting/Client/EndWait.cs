using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>One job that somebody in this process waits for, and how many do.</summary>
internal sealed class EndWait(Guid job, long now)
{
    public Guid Job => job;

    public TaskCompletionSource<EndedJob> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the first wait began, as a monotonic timestamp.</summary>
    public long Since => now;

    public int Waiters { get; set; }

    /// <summary>Whether a look at it has been answered.</summary>
    public bool IsLookedAt { get; set; }

    /// <summary>Whether the database may hold a row of this process for the job, of this wait or of one before it.</summary>
    public bool HasRow { get; set; }

    /// <summary>When its row was last sent; 0 for never.</summary>
    public long SentAt { get; set; }
}
