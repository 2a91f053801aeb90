namespace PgQueue.Storage;

/// <summary>ReadJob.sql's row.</summary>
internal sealed class JobRow
{
    public Guid Id { get; init; }

    public string Type { get; init; } = "";

    public string Queue { get; init; } = "";

    public short Priority { get; init; }

    public short MaxAttempts { get; init; }

    public DateTime EnqueuedAt { get; init; }

    public string? DeduplicationKey { get; init; }

    public string Payload { get; init; } = "";

    public string? Headers { get; init; }

    public DateTime? ScheduledFor { get; init; }

    public short? ScheduledAttempt { get; init; }

    public short? RunningAttempt { get; init; }

    public short? FinalOutcome { get; init; }

    public DateTime? FinishedAt { get; init; }

    public string? Result { get; init; }

    public double? ProgressFraction { get; init; }

    public string? ProgressMessage { get; init; }

    public DateTime? ProgressAt { get; init; }
}
