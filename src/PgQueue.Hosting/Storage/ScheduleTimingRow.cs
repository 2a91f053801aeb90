namespace PgQueue.Storage;

/// <summary>ReadScheduleTiming.sql's row.</summary>
internal sealed class ScheduleTimingRow
{
    /// <summary>0 if there is no such schedule.</summary>
    public long Revision { get; init; }

    public string Cron { get; init; } = "";

    public string TimeZone { get; init; } = "";

    public short Gap { get; init; }

    public short Overlap { get; init; }

    public DateTime Anchor { get; init; }

    public DateTime? NextAt { get; init; }

    public bool IsStopped { get; init; }

    public bool IsPaused { get; init; }

    public DateTime Now { get; init; }

    public ScheduleTiming? Timing =>
        Revision == 0 ? null : new ScheduleTiming(Cron, TimeZone, (DaylightGap)Gap, (DaylightOverlap)Overlap, Anchor, NextAt, IsStopped);
}
