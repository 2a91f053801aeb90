namespace PgQueue.Storage;

/// <summary>ReadCounts.sql's row.</summary>
internal sealed class CountRow
{
    public string Queue { get; init; } = "";

    public string Route { get; init; } = "";

    public short Outcome { get; init; }

    public long Jobs { get; init; }

    public long Minute { get; init; }

    public long Hour { get; init; }

    public long Day { get; init; }
}
