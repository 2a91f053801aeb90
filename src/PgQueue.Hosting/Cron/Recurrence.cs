namespace PgQueue.Cron;

/// <summary>When a schedule runs: a cron expression in a time zone, or a fixed interval. Safe to use from many threads.</summary>
internal sealed class Recurrence
{
    private readonly ZonedClock? _clock;
    private readonly Every? _every;

    private Recurrence(ZonedClock clock) => _clock = clock;

    private Recurrence(Every every) => _every = every;

    /// <summary>Reads an expression of five or six fields, a macro, or <c>@every</c> and a duration.</summary>
    /// <param name="cron">The expression.</param>
    /// <param name="name">The schedule's name, which decides what <c>H</c> stands for.</param>
    /// <param name="zone">The zone whose wall clock the fields speak of. <c>@every</c> has none.</param>
    /// <param name="gap">What becomes of a time that the clock jumps over.</param>
    /// <param name="overlap">What becomes of a time that the clock shows twice.</param>
    /// <param name="anchor">The instant in UTC that <c>@every</c> counts from: the first run is one interval later. Others do not use it.</param>
    /// <exception cref="CronFormatException">The expression is malformed, or no date of the calendar fits it.</exception>
    public static Recurrence Parse(string cron, string name, TimeZoneInfo zone, DaylightGap gap, DaylightOverlap overlap, DateTime anchor)
    {
        CronText.Check(cron);
        if (EveryAt(cron) is var duration and >= 0)
            return new Recurrence(Every.Parse(cron, duration, anchor));
        var text = CronText.Of(cron, name);
        var wall = Read(cron, text);
        if (wall.Next(DateTime.MinValue) is null)
            throw Never(cron, text);
        if (overlap == DaylightOverlap.Auto)
            overlap = text.IsInterval ? DaylightOverlap.Both : DaylightOverlap.First;
        return new Recurrence(new ZonedClock(wall, zone, gap, overlap));
    }

    /// <summary>The first occurrence later than an instant, both in UTC and the result in whole seconds; null if there is none.</summary>
    public DateTime? Next(DateTime utc)
    {
        var next = NextTicks(utc.Ticks);
        return next == ZonedClock.None ? null : new DateTime(next, DateTimeKind.Utc);
    }

    /// <summary>The last occurrence later than one instant and not later than another, or null if there is none.</summary>
    public DateTime? Latest(DateTime after, DateTime upTo)
    {
        var found = NextTicks(after.Ticks);
        if (found > upTo.Ticks)
            return null;
        // found occurs; nothing occurs after a bound that is too late, up to the end
        for (var tooLate = upTo.Ticks; tooLate > found;)
        {
            var middle = found + ((tooLate - found) / 2);
            var next = NextTicks(middle);
            if (next <= upTo.Ticks)
                found = next;
            else
                tooLate = middle;
        }

        return new DateTime(found, DateTimeKind.Utc);
    }

    private long NextTicks(long after) => _every?.Next(after) ?? _clock!.Next(after);

    /// <summary>Where the duration of <c>@every</c> begins, or -1 if the expression is another.</summary>
    private static int EveryAt(string cron)
    {
        var start = cron.AsSpan().IndexOfAnyExcept(' ', '\t');
        var end = start + Every.Name.Length;
        return cron.AsSpan(start).StartsWith(Every.Name, StringComparison.OrdinalIgnoreCase) && (end == cron.Length || cron[end] != '_') ? end : -1;
    }

    private static WallClock Read(string cron, CronText text)
    {
        try
        {
            return WallClock.Parse(text.Plain, text.HasSeconds);
        }
        catch (CronFormatException fault)
        {
            throw text.Traced(cron, fault);
        }
    }

    private static CronFormatException Never(string cron, CronText text) =>
        text.Traced(cron, new CronFormatException(
            text.Plain,
            CronField.DayOfMonth.Name,
            CronText.Place(text.Plain, text.HasSeconds ? 3 : 2) + 1,
            "it never occurs: no date of the calendar fits its day of month, month and day of week together."));
}
