namespace PgQueue.Cron;

/// <summary>Lays the times of a clock on the wall over the time line of a zone: what a gap swallows, and what an overlap shows twice.</summary>
internal sealed class ZonedClock
{
    /// <summary>No instant.</summary>
    public const long None = long.MaxValue;

    /// <summary>No zone is further from UTC.</summary>
    private const long LargestOffset = 14 * TimeSpan.TicksPerHour;

    /// <summary>Zones change their rules until this year at most; from then on the calendar and they repeat together.</summary>
    private const int LastChangeOfRules = 2100;
    private const int CalendarCycle = 400;

    private readonly WallClock _wall;
    private readonly ZonePeriods _periods;
    private readonly bool _runAfterGap;
    private readonly bool _skipFirst;
    private readonly bool _skipLast;
    private long _noneAfter = None;

    public ZonedClock(WallClock wall, TimeZoneInfo zone, DaylightGap gap, DaylightOverlap overlap)
    {
        _wall = wall;
        _periods = new ZonePeriods(zone);
        _runAfterGap = gap == DaylightGap.RunAfter;
        _skipFirst = overlap == DaylightOverlap.Last;
        _skipLast = overlap == DaylightOverlap.First;

        // a search that finds nothing costs a millisecond: better here, once, than in the first call of Next
        if (!_runAfterGap)
            Next(new DateTime(LastChangeOfRules, 1, 1).Ticks);
    }

    /// <summary>The first occurrence later than an instant, both in ticks of UTC, or <see cref="None"/>.</summary>
    /// <remarks>
    /// Each period is asked on its own, so that the occurrences are a fixed set whatever instant the search begins at: that makes it
    /// monotone. Between periods it leaps to where the next time of the wall clock can be at the earliest.
    /// </remarks>
    public long Next(long after)
    {
        var noneAfter = Volatile.Read(ref _noneAfter);
        if (after >= noneAfter)
            return None;
        var last = Math.Min(LastToTry(after), noneAfter);
        for (var period = _periods.At(after + 1); ;)
        {
            var found = In(period, after);
            if (found != None)
                return found <= DateTime.MaxValue.Ticks ? found : None;
            var earliest = period.End == long.MaxValue ? None : Wall(period.End - LargestOffset);
            var leap = earliest == None ? None : Math.Max(period.End, earliest - LargestOffset);
            if (leap > last)
                break;
            period = _periods.At(leap);
        }

        Volatile.Write(ref _noneAfter, after);
        return None;
    }

    private long In(OffsetPeriod period, long after)
    {
        var (start, end) = (period.Start + period.Offset, period.End == long.MaxValue ? None : period.End + period.Offset);
        if (_runAfterGap && period.Start > after && period.Before < period.Offset && Wall(period.Start + period.Before) < start)
            return period.Start;
        if (_skipLast && period.Before > period.Offset)
            start = period.Start + period.Before;
        if (_skipFirst && period.After < period.Offset)
            end = period.End + period.After;
        var wall = Wall(Math.Max(start, after + 1 + period.Offset));
        return wall < end ? wall - period.Offset : None;
    }

    private long Wall(long from) => from <= DateTime.MaxValue.Ticks && _wall.Next(new DateTime(Math.Max(0, from))) is { } time ? time.Ticks : None;

    private static long LastToTry(long after)
    {
        var year = Math.Max(new DateTime(after).Year, LastChangeOfRules) + CalendarCycle;
        return year > DateTime.MaxValue.Year ? DateTime.MaxValue.Ticks : new DateTime(year, 1, 1).Ticks;
    }
}
