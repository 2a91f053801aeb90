namespace PgQueue.Diagnostics;

/// <summary>One queue as the database counts it, with the state of the database beside it. ReadDepths.sql's row.</summary>
internal sealed class QueueDepth
{
    public required string Queue { get; init; }

    public long Ready { get; init; }

    public long Scheduled { get; init; }

    /// <summary>Null if nothing is ready.</summary>
    public double? OldestSeconds { get; init; }

    /// <summary>Dead rows of the table of ready jobs; the same in every row.</summary>
    public long DeadRows { get; init; }

    /// <summary>The age of the oldest transaction that holds back cleaning, of those that this role may see; the same in every row. Null for none.</summary>
    public double? OldestTransactionSeconds { get; init; }
}
