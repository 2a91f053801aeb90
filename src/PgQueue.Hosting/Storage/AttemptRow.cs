namespace PgQueue.Storage;

/// <summary>ReadAttempts.sql's row.</summary>
internal sealed class AttemptRow
{
    public short Number { get; init; }

    public short Outcome { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime FinishedAt { get; init; }

    public long Token { get; init; }

    public Guid? WorkerId { get; init; }

    public string? Error { get; init; }

    public string? Log { get; init; }
}
