namespace PgQueue.Storage;

/// <summary>One job as it is written.</summary>
internal sealed record NewJobRow
{
    public required Guid Id { get; init; }

    /// <summary>The id was made for this call, not given by the caller.</summary>
    public required bool IsIdNew { get; init; }

    public required short Lane { get; init; }

    public required string Queue { get; init; }

    public required string Type { get; init; }

    public required byte[] Payload { get; init; }

    public required short MaxAttempts { get; init; }

    public TimeSpan? Delay { get; init; }

    public DateTimeOffset? RunAt { get; init; }

    public int? TimeoutMs { get; init; }

    public byte[]? Headers { get; init; }

    public string? Key { get; init; }

    public short KeyScope { get; init; }

    public TimeSpan? KeyPeriod { get; init; }

    public bool KeyReplace { get; init; }

    public bool IsDelayed => Delay > TimeSpan.Zero || RunAt is not null;
}
