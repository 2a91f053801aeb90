namespace PgQueue.Storage;

/// <summary>Everything that a health check reads of the queue's tables.</summary>
internal sealed record HealthRows(
    HealthRow Queue, IReadOnlyList<ReadyAgeRow> Ready, IReadOnlyList<OverdueRow> Overdue, IReadOnlyList<HorizonRow> Horizon);
