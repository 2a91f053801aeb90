using PgQueue.Cron;

namespace PgQueue.Storage;

/// <summary>When a schedule runs: what a stored row says of it.</summary>
/// <param name="Cron">The expression.</param>
/// <param name="TimeZone">An IANA id.</param>
/// <param name="Gap">What becomes of a time that the clock jumps over.</param>
/// <param name="Overlap">What becomes of a time that comes twice.</param>
/// <param name="Anchor">From where <c>@every</c> counts.</param>
/// <param name="NextAt">The next occurrence; null if none will come.</param>
/// <param name="IsStopped">It is paused or switched off.</param>
internal sealed record ScheduleTiming(
    string Cron, string TimeZone, DaylightGap Gap, DaylightOverlap Overlap, DateTime Anchor, DateTime? NextAt, bool IsStopped)
{
    /// <summary>Until an occurrence is this late, it counts as on time.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    /// <summary>Anchor and next occurrence of a definition that takes the place of the present one, if there is one, and whether the row's own next occurrence stays.</summary>
    public static (DateTime Anchor, DateTime? Next, bool KeepsNext) For(ScheduleDefinition definition, ScheduleTiming? present, DateTime now)
    {
        var isSameTime = present is not null && string.Equals(present.Cron, definition.Cron, StringComparison.Ordinal)
            && string.Equals(present.TimeZone, definition.TimeZone, StringComparison.Ordinal)
            && present.Gap == definition.Gap && present.Overlap == definition.Overlap;
        if (isSameTime && !present!.IsStopped)
            return (present.Anchor, present.NextAt, true);
        var anchor = isSameTime ? present!.Anchor : WholeSecond(now);
        var recurrence = definition.Recurrence(anchor);
        // an occurrence that is due this very moment is the new definition's too, if it has that instant: it runs once, whoever was faster
        if (present is { IsStopped: false, NextAt: { } due } && due <= now && now - due < OnTime && recurrence.Next(due.AddTicks(-1)) == due)
            return (anchor, due, false);
        return (anchor, recurrence.Next(now), false);
    }

    public Recurrence Recurrence(string name) => PgQueue.Cron.Recurrence.Parse(Cron, name, TimeZones.Find(TimeZone), Gap, Overlap, Anchor);

    private static DateTime WholeSecond(DateTime instant) => new(instant.Ticks - (instant.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
