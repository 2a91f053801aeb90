using System.Diagnostics;
using System.Globalization;
using PgQueue.Cron;
using Quartz;
using TimeZones = PgQueue.Cron.TimeZones;

namespace PgQueue.Bench;

/// <summary>How long it takes to find the next occurrence, beside Quartz on the same expression.</summary>
internal static class CronScenario
{
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(40);
    private static readonly DateTime Start = new(2026, 5, 4, 10, 7, 30, DateTimeKind.Utc);

    // where Quartz reads two day fields as OR there is nothing to compare with
    private static readonly (string Name, string Cron, string Zone, bool SameInQuartz)[] Cases =
    [
        ("minute_utc", "* * * * *", "UTC", true),
        ("quarter_utc", "*/15 * * * *", "UTC", true),
        ("weekday_utc", "0 9 * * MON-FRI", "UTC", true),
        ("quarter_zone", "*/15 * * * *", "Europe/Amsterdam", true),
        ("weekday_zone", "0 9 * * MON-FRI", "Europe/Amsterdam", true),
        ("last_workday_zone", "0 0 LW * *", "America/New_York", true),
        ("leap_day_utc", "0 0 29 2 *", "UTC", true),
        ("leap_monday_utc", "0 0 29 2 1", "UTC", false),
        ("leap_monday_zone", "0 0 29 2 MON#5", "Europe/Dublin", false),
        ("yearly_zone", "0 0 1 1 *", "Africa/Casablanca", true),
    ];

    public static Task RunAsync(Figures figures)
    {
        // the compiler must have seen enough of everything before the first figure
        foreach (var (_, cron, zone, _) in Cases)
            Measure(at => Recurrence.Parse(cron, "bench", TimeZones.Find(zone), DaylightGap.RunAfter, DaylightOverlap.Auto, Start).Next(at));
        foreach (var (name, cron, zoneId, same) in Cases)
        {
            var zone = TimeZones.Find(zoneId);
            var ours = Recurrence.Parse(cron, "bench", zone, DaylightGap.RunAfter, DaylightOverlap.Auto, Start);
            var mine = Measure(at => ours.Next(at));
            figures.Add($"cron.next_ns.{name}", mine);
            if (!same)
            {
                Figures.Say(string.Create(CultureInfo.InvariantCulture, $"cron {name,-18} {cron,-16} {zoneId,-18} {mine,8:0} ns"));
                continue;
            }

            var quartz = CronExpression.Parse(cron, CronFormat.Unix).WithTimeZone(zone);
            var theirs = Measure(at => quartz.GetNextValidTimeAfter(new DateTimeOffset(at))?.UtcDateTime);
            figures.Add($"cron.quartz_ratio.{name}", theirs / mine);
            Figures.Say(string.Create(CultureInfo.InvariantCulture, $"cron {name,-18} {cron,-16} {zoneId,-18} {mine,8:0} ns, Quartz {theirs,8:0} ns, {theirs / mine:0.0} times as long"));
        }

        Worst(figures);
        return Task.CompletedTask;
    }

    /// <summary>The dearest call there is: every occurrence for centuries lies in a gap that is skipped, and nothing is remembered yet.</summary>
    private static void Worst(Figures figures)
    {
        var times = new List<double>();
        for (var i = 0; i < 15; i++)
        {
            var recurrence = Recurrence.Parse("30 2 * 3 SUNL", "bench", TimeZones.Find("Europe/Amsterdam"), DaylightGap.Skip, DaylightOverlap.Auto, Start);
            var began = Stopwatch.GetTimestamp();
            recurrence.Next(Start);
            times.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        }

        figures.Add("cron.next_ns.all_skipped_first_call", Figures.Median(times));
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"cron all occurrences skipped, first call {Figures.Median(times) / 1000:0} µs"));
    }

    private static double Measure(Func<DateTime, DateTime?> next)
    {
        var rounds = new List<double>();
        for (var i = 0; i < 4; i++)
            Round(next); // until the compiler has seen enough
        for (var i = 0; i < 5; i++)
            rounds.Add(Round(next));
        return Figures.Median(rounds);
    }

    private static double Round(Func<DateTime, DateTime?> next)
    {
        var (calls, began) = (0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(began) < Length)
            for (var i = 0; i < 100; i++)
                next(Start.AddSeconds(calls++ % 100_000));
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / calls;
    }
}
