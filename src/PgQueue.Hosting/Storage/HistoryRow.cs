namespace PgQueue.Storage;

/// <summary>ReadHistory.sql's row.</summary>
internal sealed class HistoryRow
{
    public DateTime At { get; init; }

    public DateTime Until { get; init; }

    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public long Cancelled { get; init; }

    public long Retried { get; init; }
}
