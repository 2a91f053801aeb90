namespace PgQueue.Storage;

/// <summary>ReadSchedules.sql's row: what a process needs to know to fire a schedule.</summary>
internal sealed class ScheduleRow
{
    public string Name { get; init; } = "";

    public long Revision { get; init; }

    public short Owner { get; init; }

    public long Digest { get; init; }

    public long[] Replaced { get; init; } = [];

    /// <summary>A live process other than the asking one brings the definition that the row holds.</summary>
    public bool IsBacked { get; init; }

    public string Cron { get; init; } = "";

    public string TimeZone { get; init; } = "";

    public short Gap { get; init; }

    public short Overlap { get; init; }

    public string Missed { get; init; } = "";

    public short WhenRunning { get; init; }

    public bool Enabled { get; init; }

    public string Type { get; init; } = "";

    public string? Headers { get; init; }

    public DateTime Anchor { get; init; }

    public bool IsPaused { get; init; }

    public DateTime? NextAt { get; init; }

    public DateTime? WaitingAt { get; init; }

    public DateTime? WaitingSince { get; init; }
}
