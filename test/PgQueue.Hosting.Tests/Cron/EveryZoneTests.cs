using PgQueue.Cron;

namespace PgQueue.Tests.Cron;

/// <summary>Every zone of the machine across every change of its clock from 2000 to 2040.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class EveryZoneTests
{
    private static readonly string[] Expressions =
    [
        "30 2 * * *", "0 0 * * *", "0 * * * *", "*/15 * * * *", "45 1-3 * * *", "*/7 * * * * *", "59 59 23 * * *", "0 0 L * *", "15 1 LW * *", "30 0 * * SUNL",
        "0 3 15W * *", "20/30 0-23/2 * * SUN#1",
    ];

    private static readonly (DaylightGap Gap, DaylightOverlap Overlap)[] Choices =
        [(DaylightGap.RunAfter, DaylightOverlap.Auto), (DaylightGap.Skip, DaylightOverlap.Last), (DaylightGap.RunAfter, DaylightOverlap.Both), (DaylightGap.Skip, DaylightOverlap.First)];

    [Test]
    public void The_next_occurrence_is_later_and_never_earlier_than_that_of_an_earlier_instant()
    {
        var zones = TimeZoneInfo.GetSystemTimeZones();
        Assert.That(zones, Has.Count.GreaterThan(400), "this machine has too few zones to prove much: install tzdata");
        var (faults, seen) = (new List<string>(), 0);
        foreach (var zone in zones)
        {
            var changes = Changes.Of(zone, 2000, 2040).ToList();
            seen += changes.Count;
            for (var e = 0; e < Expressions.Length && changes.Count > 0; e++)
            {
                var (gap, overlap) = Choices[e % Choices.Length];
                var recurrence = Recurrence.Parse(Expressions[e], "test", zone, gap, overlap, Times.Anchor);
                foreach (var change in changes)
                    if (Fault(recurrence, change) is { } fault)
                        faults.Add($"{zone.Id} {change:u} {Expressions[e]}: {fault}");
            }
        }

        Assert.That(faults.Take(5), Is.Empty);
        TestContext.Out.WriteLine($"{zones.Count} zones, {seen} changes");
        Assert.That(seen, Is.GreaterThan(5_000));
    }

    [TestCase("30 2 * * *")]
    [TestCase("0 0 * * *")]
    [TestCase("*/15 * * * *")]
    [TestCase("20/30 * * * *")]
    [TestCase("45 1-3 * * *")]
    [TestCase("10 0,1,23 * * *")]
    public void Across_changes_it_agrees_with_a_search_minute_by_minute(string cron)
    {
        var matches = SlowCron.Parse(cron);
        string[] odd = ["Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca", "Africa/El_Aaiun", "Antarctica/Troll", "America/Sao_Paulo", "America/New_York", "Asia/Gaza"];
        var zones = odd.Select(TimeZones.Find).Concat(TimeZoneInfo.GetSystemTimeZones().Where((_, i) => i % 10 == 0));
        foreach (var zone in zones)
        {
            foreach (var change in Changes.Of(zone, 2024, 2026).Append(Times.Utc("2026-02-15 02:00")))
            {
                foreach (var (gap, overlap) in new[] { (DaylightGap.RunAfter, DaylightOverlap.Both), (DaylightGap.Skip, DaylightOverlap.First), (DaylightGap.RunAfter, DaylightOverlap.Last) })
                {
                    var (from, to) = (change.AddHours(-30), change.AddHours(30));
                    var recurrence = Recurrence.Parse(cron, "test", zone, gap, overlap, Times.Anchor);
                    Assert.That(
                        Times.Between(recurrence, from, to),
                        Is.EqualTo(Changes.Expected(matches, zone, from, to, gap, overlap)),
                        $"{zone.Id} {change:u} {gap} {overlap}");
                }
            }
        }
    }

    [TestCase(DaylightGap.RunAfter, DaylightOverlap.First)]
    [TestCase(DaylightGap.Skip, DaylightOverlap.Both)]
    public void A_day_that_a_zone_left_out_agrees_too(DaylightGap gap, DaylightOverlap overlap)
    {
        var zone = TimeZones.Find("Pacific/Apia");
        var (from, to) = (Times.Utc("2011-12-28 00:00"), Times.Utc("2012-01-02 00:00"));
        foreach (var cron in new[] { "0 9 * * *", "*/20 * * * *", "30 0 30 * *", "0 12 * * 5" })
            Assert.That(
                Times.Between(Recurrence.Parse(cron, "test", zone, gap, overlap, Times.Anchor), from, to),
                Is.EqualTo(Changes.Expected(SlowCron.Parse(cron), zone, from, to, gap, overlap)),
                cron);
    }

    private static string? Fault(Recurrence recurrence, DateTime change)
    {
        var previous = DateTime.MinValue;
        for (var at = change.AddMinutes(-205); at <= change.AddMinutes(205); at = at.AddMinutes(17))
        {
            var next = recurrence.Next(at);
            if (next is null || next <= at)
                return $"after {at:u} comes {next:u}";
            if (next < previous)
                return $"after {at:u} comes {next:u}, but from an earlier instant {previous:u}";
            if (recurrence.Next(next.Value.AddTicks(-1)) != next)
                return $"{next:u} is not found from just before it";
            previous = next.Value;
        }

        return null;
    }
}
