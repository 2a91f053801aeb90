namespace PgQueue.Storage;

/// <summary>One row of a claim.</summary>
internal sealed class ClaimedJob
{
    public required long LeaseId { get; set; }

    public required long Seq { get; init; }

    public required short Lane { get; init; }

    public required short Attempt { get; init; }

    /// <summary>How many workers died while they held it.</summary>
    public required short Crashes { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Null if the body is missing.</summary>
    public string? Type { get; init; }

    /// <summary>As the counters know it; null if this process has no handler for the type.</summary>
    public string? Route { get; init; }

    public short MaxAttempts { get; init; }

    /// <summary>Null: the handler's or queue's. -1: none.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>Its end must free a key.</summary>
    public bool Keyed { get; init; }

    /// <summary>It must pass the gate before it runs.</summary>
    public bool Gate { get; init; }

    /// <summary>The outcome to settle with instead of running; 0 to run.</summary>
    public short Tomb { get; init; }

    public DateTime CreatedAt { get; init; }

    public DateTime? Due { get; init; }

    public byte[]? Headers { get; init; }

    public byte[]? Payload { get; init; }

    public bool IsSuspect => Crashes > 0;
}
