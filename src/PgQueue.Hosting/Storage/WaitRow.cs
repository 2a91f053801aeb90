namespace PgQueue.Storage;

/// <summary>ReadWaits.sql's row.</summary>
internal sealed class WaitRow
{
    public string Queue { get; init; } = "";

    public double? OldestSeconds { get; init; }
}
