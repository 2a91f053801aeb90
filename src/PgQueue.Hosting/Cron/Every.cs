using System.Globalization;

namespace PgQueue.Cron;

/// <summary><c>@every</c>: a fixed time after a fixed time, counted from an anchor. No calendar, no zone.</summary>
internal sealed class Every
{
    public const string Name = "@every";

    private const string Units = "dhms";
    private const int LongestNumber = 8;
    private const int LongestDays = 366;
    private const string Expected = "expected is a duration of whole seconds as in 90s, 1h30m or 2d, from 1 s to 366 d";

    private readonly long _anchor;
    private readonly long _interval;

    private Every(long anchor, long interval)
    {
        _anchor = anchor - (anchor % TimeSpan.TicksPerSecond);
        _interval = interval;
    }

    /// <summary>Reads the duration that begins at a place in an expression.</summary>
    public static Every Parse(string cron, int at, DateTime anchor)
    {
        while (at < cron.Length && cron[at] is ' ' or '\t')
            at++;
        var (begin, seconds, unit) = (at, 0L, -1);
        for (var end = cron.AsSpan().TrimEnd(" \t").Length; at < end;)
        {
            var start = at;
            while (at < end && char.IsAsciiDigit(cron[at]))
                at++;
            if (at == start || at - start > LongestNumber)
                throw Fault(cron, start, at == start ? $"'{cron[at]}' stands where a number is expected" : "the number is too long");
            var next = at < end ? Units.IndexOf(char.ToLowerInvariant(cron[at]), StringComparison.Ordinal) : -1;
            if (next <= unit)
                throw Fault(cron, at, at == end ? "the unit is missing: d, h, m or s" : $"'{cron[at]}' is no unit here; units are d, h, m and s, each once and in this order");
            seconds += long.Parse(cron.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture) * SecondsOf(Units[next]);
            (unit, at) = (next, at + 1);
        }

        if (unit < 0 || seconds < 1 || seconds > LongestDays * SecondsOf('d'))
            throw Fault(cron, begin, unit < 0 ? "the duration is missing" : "the duration is out of range");
        return new Every(anchor.Ticks, seconds * TimeSpan.TicksPerSecond);
    }

    /// <summary>The first multiple after the anchor that is later than an instant, both in ticks of UTC, or <see cref="ZonedClock.None"/>.</summary>
    public long Next(long after)
    {
        var count = after < _anchor ? 0 : (after - _anchor) / _interval;
        var next = _anchor + ((count + 1) * _interval);
        return next <= DateTime.MaxValue.Ticks ? next : ZonedClock.None;
    }

    private static long SecondsOf(char unit) => unit switch { 'd' => 86_400, 'h' => 3_600, 'm' => 60, _ => 1 };

    private static CronFormatException Fault(string cron, int at, string reason) => new(cron, null, at + 1, $"{reason}; {Expected}.");
}
