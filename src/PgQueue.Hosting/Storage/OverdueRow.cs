namespace PgQueue.Storage;

/// <summary>ReadOverdue.sql's row: a schedule that nobody fires.</summary>
internal sealed class OverdueRow
{
    public string Name { get; init; } = "";

    public string Type { get; init; } = "";

    public double Seconds { get; init; }
}
