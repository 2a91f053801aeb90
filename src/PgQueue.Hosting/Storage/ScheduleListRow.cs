namespace PgQueue.Storage;

/// <summary>ListSchedules.sql's row.</summary>
internal sealed class ScheduleListRow
{
    public string Name { get; init; } = "";

    public long Revision { get; init; }

    public short Owner { get; init; }

    public string Cron { get; init; } = "";

    public string TimeZone { get; init; } = "";

    public short Gap { get; init; }

    public short Overlap { get; init; }

    public string Missed { get; init; } = "";

    public short WhenRunning { get; init; }

    public bool Enabled { get; init; }

    public string Type { get; init; } = "";

    public string Queue { get; init; } = "";

    public short Priority { get; init; }

    public short MaxAttempts { get; init; }

    public string Payload { get; init; } = "";

    public string? Headers { get; init; }

    public DateTime Anchor { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>Some live process defines it; true for one that the client owns.</summary>
    public bool IsDefined { get; init; }

    /// <summary>Its next occurrence is overdue by more than five seconds.</summary>
    public bool IsOverdue { get; init; }

    public DateTime? NextAt { get; init; }

    public DateTime? LastAt { get; init; }

    public Guid? LastJob { get; init; }

    /// <summary>As <see cref="JobState"/>; null if there is no record of it.</summary>
    public short? LastState { get; init; }

    public long PassedOver { get; init; }

    public DateTime Now { get; init; }
}
