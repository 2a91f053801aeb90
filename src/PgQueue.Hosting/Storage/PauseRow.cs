namespace PgQueue.Storage;

/// <summary>A row of ReadPauses.sql.</summary>
internal sealed class PauseRow
{
    /// <summary>As <see cref="PauseKind"/>.</summary>
    public short Kind { get; init; }

    public string Name { get; init; } = "";

    public string? Reason { get; init; }

    public string Actor { get; init; } = "";

    public DateTime Since { get; init; }
}
