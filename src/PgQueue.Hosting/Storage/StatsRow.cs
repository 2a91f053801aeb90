namespace PgQueue.Storage;

/// <summary>ReadStats.sql's row.</summary>
internal sealed class StatsRow
{
    public long Ready { get; init; }

    public long Scheduled { get; init; }

    public long Deferred { get; init; }

    public long Running { get; init; }

    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public long Cancelled { get; init; }

    public long Retries { get; init; }

    public int Workers { get; init; }

    public double? OldestSeconds { get; init; }
}
