namespace PgQueue;

/// <summary>What the database said about a claimed job.</summary>
internal sealed record JobFacts
{
    public required Guid Id { get; init; }

    public required string Type { get; init; }

    public required string Queue { get; init; }

    public required int Priority { get; init; }

    public required int Attempt { get; init; }

    public required int MaxAttempts { get; init; }

    public required long Token { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    public DateTimeOffset? ScheduledFor { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public ScheduledRun? Schedule { get; init; }
}
