namespace PgQueue;

/// <summary>How the jobs stand, read in one snapshot.</summary>
public sealed record JobReport
{
    /// <summary>When it was read, by the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>All jobs.</summary>
    public required JobStats Total { get; init; }

    /// <summary>Every queue that ever had a job or a schedule, by name.</summary>
    public required IReadOnlyList<QueueReport> Queues { get; init; }

    /// <summary>The hundred types with the most unfinished jobs at most, these first, and then one for all others if there are any.</summary>
    public required IReadOnlyList<TypeReport> Types { get; init; }
}
