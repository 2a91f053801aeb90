namespace PgQueue;

/// <summary>One job in a list. <see cref="IJobClient.GetAsync"/> has the rest.</summary>
public sealed record JobSummary
{
    /// <summary>The job's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The stored type name.</summary>
    public required string Type { get; init; }

    /// <summary>Its queue.</summary>
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

    /// <summary>The first line of its last error, for ended jobs; at most 200 characters.</summary>
    public string? Error { get; init; }
}
