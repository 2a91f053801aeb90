namespace PgQueue.Storage;

/// <summary>One round trip of the pump: everything in one transaction.</summary>
internal sealed record PumpRequest
{
    public required Guid Worker { get; init; }

    public SettleBatch? Settle { get; init; }

    public IReadOnlyList<ClaimRequest> Claims { get; init; } = [];

    public CursorRequest? Advance { get; init; }

    /// <summary>Draw a new mark.</summary>
    public bool Mark { get; init; }

    public bool IsEmpty => Settle is null && Claims.Count == 0 && Advance is null && !Mark;
}
