namespace PgQueue.Cron;

/// <summary>The periods of a zone in one stretch of the calendar, and a margin around it so that no change near its ends is missed.</summary>
internal sealed class OffsetBlock
{
    /// <summary>The length of a block.</summary>
    public const long Ticks = 32 * TimeSpan.TicksPerDay;

    /// <summary>A clock that changes may show an hour twice, or a whole day at most; the margin is longer.</summary>
    private const long Margin = 2 * TimeSpan.TicksPerDay;

    /// <summary>Two changes of one zone are further apart: in every zone since 1990 almost a week at least.</summary>
    private const long Stride = 3 * TimeSpan.TicksPerDay;

    private readonly TimeZoneInfo _zone;
    private readonly OffsetPeriod[] _periods;

    public OffsetBlock(TimeZoneInfo zone, long number)
    {
        _zone = zone;
        Number = number;
        _periods = Search(Math.Max(0, (number * Ticks) - Margin), Math.Min(DateTime.MaxValue.Ticks, ((number + 1) * Ticks) + Margin));
    }

    /// <summary>Which block since the year 1 it is.</summary>
    public long Number { get; }

    /// <summary>The period that an instant of this block lies in.</summary>
    public OffsetPeriod At(long utc)
    {
        var i = 0;
        while (utc >= _periods[i].End)
            i++;
        return _periods[i];
    }

    private OffsetPeriod[] Search(long from, long to)
    {
        var periods = new List<OffsetPeriod>(3);
        var (start, before, offset) = (from, OffsetAt(from), OffsetAt(from));
        for (var at = from; at < to;)
        {
            var next = Math.Min(at + Stride, to);
            var after = OffsetAt(next);
            if (after != offset)
            {
                var change = Change(at, next, offset);
                periods.Add(new OffsetPeriod(start, change, before, offset, after));
                (start, before, offset) = (change, offset, after);
            }

            at = next;
        }

        periods.Add(new OffsetPeriod(start, to == DateTime.MaxValue.Ticks ? long.MaxValue : to, before, offset, offset));
        return [.. periods];
    }

    /// <summary>The first whole second between two instants that has another distance than the earlier one.</summary>
    private long Change(long earlier, long later, long offset)
    {
        while (later - earlier > TimeSpan.TicksPerSecond)
        {
            var middle = (earlier + later) / 2 / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond;
            if (middle <= earlier)
                break;
            if (OffsetAt(middle) == offset)
                earlier = middle;
            else
                later = middle;
        }

        return later;
    }

    private long OffsetAt(long utc) => _zone.GetUtcOffset(new DateTime(utc, DateTimeKind.Utc)).Ticks;
}
