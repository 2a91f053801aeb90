namespace PgQueue;

/// <summary>One job as the database knows it, read in one snapshot.</summary>
public sealed record JobInfo
{
    /// <summary>The job's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The stored type name.</summary>
    public required string Type { get; init; }

    /// <summary>The queue it was put in.</summary>
    public required string Queue { get; init; }

    /// <summary>Its priority within the queue.</summary>
    public required int Priority { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required JobState State { get; init; }

    /// <summary>Attempts burnt so far, the running one included.</summary>
    public required int Attempt { get; init; }

    /// <summary>How often it may be started.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>When it was enqueued, by the database's clock.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When it may start next, for <see cref="JobState.Scheduled"/> only.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>When it finished, if it did.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The deduplication key it was enqueued with.</summary>
    public string? DeduplicationKey { get; init; }

    /// <summary>The payload as stored JSON; empty if the database role may not read it.</summary>
    public required string Payload { get; init; }

    /// <summary>The headers it was enqueued with.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The schedule and occurrence it was made for; <see langword="null"/> for a job that no schedule made.</summary>
    public ScheduledRun? Schedule { get; init; }

    /// <summary>The job that it was run again as; see <see cref="IJobAdmin.RetryAsync"/>.</summary>
    public Guid? RetriedAs { get; init; }

    /// <summary>The finished job of which it is a copy; see <see cref="IJobAdmin.RetryAsync"/>.</summary>
    public Guid? RetryOf { get; init; }

    /// <summary>How far it last said it has come, in this run or in an earlier one; <see langword="null"/> if it never did, or has ended.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>The result as stored JSON, of a job that succeeded with one; see <see cref="JobContext.SetResult{TResult}"/>.</summary>
    public string? Result { get; init; }

    /// <summary>Up to the last 20 ended attempts, oldest first.</summary>
    public required IReadOnlyList<JobAttempt> Attempts { get; init; }
}
