namespace PgQueue.Storage;

/// <summary>A row of ReadAudit.sql.</summary>
internal sealed class AuditRow
{
    public long Id { get; init; }

    public DateTime At { get; init; }

    public string Actor { get; init; } = "";

    public string Act { get; init; } = "";

    public string Target { get; init; } = "";

    public string? Reason { get; init; }

    public long Count { get; init; }
}
