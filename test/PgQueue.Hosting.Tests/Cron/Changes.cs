using PgQueue.Cron;

namespace PgQueue.Tests.Cron;

/// <summary>When the zones of this machine changed their distance from UTC, found by the plainest of searches.</summary>
internal static class Changes
{
    public static IEnumerable<DateTime> Of(TimeZoneInfo zone, int fromYear, int toYear)
    {
        var at = new DateTime(fromYear, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var end = at.AddYears(toYear - fromYear + 1); at < end; at = at.AddDays(1))
        {
            if (zone.GetUtcOffset(at) == zone.GetUtcOffset(at.AddDays(1)))
                continue;
            var change = at;
            while (zone.GetUtcOffset(change) == zone.GetUtcOffset(at))
                change = change.AddMinutes(1);
            yield return change;
        }
    }

    /// <summary>What a schedule does within a stretch of time, minute by minute, from the meaning of the words and not from the search.</summary>
    public static List<DateTime> Expected(Func<DateTime, bool> matches, TimeZoneInfo zone, DateTime from, DateTime to, DaylightGap gap, DaylightOverlap overlap)
    {
        var minutes = new List<(DateTime Utc, DateTime Wall)>();
        for (var utc = from.AddDays(-2); utc <= to.AddDays(2); utc = utc.AddMinutes(1))
            minutes.Add((utc, DateTime.SpecifyKind(utc + zone.GetUtcOffset(utc), DateTimeKind.Unspecified)));
        var (first, last) = (new Dictionary<DateTime, DateTime>(), new Dictionary<DateTime, DateTime>());
        foreach (var (utc, wall) in minutes)
        {
            first.TryAdd(wall, utc);
            last[wall] = utc;
        }

        var expected = new List<DateTime>();
        for (var i = 1; i < minutes.Count; i++)
        {
            var (utc, wall) = minutes[i];
            if (utc <= from || utc > to)
                continue;
            var runs = matches(wall) && (overlap == DaylightOverlap.Both
                || utc == (overlap == DaylightOverlap.First ? first[wall] : last[wall]));
            for (var missed = minutes[i - 1].Wall.AddMinutes(1); !runs && gap == DaylightGap.RunAfter && missed < wall; missed = missed.AddMinutes(1))
                runs = matches(missed);
            if (runs)
                expected.Add(utc);
        }

        return expected;
    }
}
