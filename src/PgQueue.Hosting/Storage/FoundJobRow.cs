namespace PgQueue.Storage;

/// <summary>A row of FindReady.sql, FindScheduled.sql, FindRunning.sql, FindEnded.sql and FindJobs.sql.</summary>
internal sealed class FoundJobRow
{
    public Guid Id { get; init; }

    public string Type { get; init; } = "";

    public string Queue { get; init; } = "";

    public short Priority { get; init; }

    public short MaxAttempts { get; init; }

    public DateTime EnqueuedAt { get; init; }

    /// <summary>As <see cref="JobState"/>.</summary>
    public short State { get; init; }

    public short Attempt { get; init; }

    public DateTime? ScheduledFor { get; init; }

    public DateTime? FinishedAt { get; init; }

    public string? Error { get; init; }

    /// <summary>The place in the order of claims, of a ready job.</summary>
    public long Seq { get; init; }

    /// <summary>Where it is, or where it ended.</summary>
    public short Lane { get; init; }
}
