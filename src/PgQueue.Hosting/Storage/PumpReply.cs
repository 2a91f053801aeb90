namespace PgQueue.Storage;

/// <summary>The answers to a <see cref="PumpRequest"/>, part by part.</summary>
internal sealed record PumpReply
{
    public SettleReply? Settled { get; set; }

    /// <summary>One list a claim, in the order asked; each sorted by sequence within priority.</summary>
    public List<List<ClaimedJob>> Claimed { get; } = [];

    public CursorReply? Advanced { get; set; }

    public CursorMark? Mark { get; set; }
}
