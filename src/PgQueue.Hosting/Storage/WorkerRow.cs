namespace PgQueue.Storage;

/// <summary>ReadWorkers.sql's row: a worker with one of its jobs, or with none.</summary>
internal sealed class WorkerRow
{
    public Guid Worker { get; init; }

    public string Host { get; init; } = "";

    public int ProcessId { get; init; }

    public string Version { get; init; } = "";

    public string[] Queues { get; init; } = [];

    public string[] Routes { get; init; } = [];

    public DateTime StartedAt { get; init; }

    public DateTime LeaseUntil { get; init; }

    public bool IsAlive { get; init; }

    public int Jobs { get; init; }

    public Guid? Job { get; init; }

    public short? Attempt { get; init; }

    public DateTime? ClaimedAt { get; init; }

    public string? Queue { get; init; }

    public string? Type { get; init; }
}
