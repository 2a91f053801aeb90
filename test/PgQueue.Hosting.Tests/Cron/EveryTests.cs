namespace PgQueue.Tests.Cron;

[Parallelizable(ParallelScope.Children)]
internal sealed class EveryTests
{
    [TestCase("@every 90s", 90)]
    [TestCase("@every 1h30m", 5400)]
    [TestCase("@every 2d", 172_800)]
    [TestCase("@EVERY  1D1H1M1S ", 90_061)]
    [TestCase("@every 1s", 1)]
    [TestCase("@every 366d", 31_622_400)]
    [TestCase("@every 00000090s", 90)]
    public void It_counts_from_the_anchor(string cron, int seconds)
    {
        var occurrences = Times.After(Times.Parse(cron), Times.Anchor).Take(3);
        Assert.That(occurrences, Is.EqualTo(new[] { 1, 2, 3 }.Select(n => Times.Anchor.AddSeconds((double)n * seconds))));
    }

    [Test]
    public void The_first_is_an_interval_after_the_anchor_even_if_the_clock_is_behind_it() =>
        Assert.That(Times.Parse("@every 1h").Next(Times.Anchor.AddDays(-3)), Is.EqualTo(Times.Anchor.AddHours(1)));

    [Test]
    public void An_anchor_within_a_second_counts_from_its_beginning()
    {
        var recurrence = PgQueue.Cron.Recurrence.Parse("@every 10s", "test", TimeZoneInfo.Utc, default, default, Times.Anchor.AddTicks(123));
        Assert.That(recurrence.Next(Times.Anchor), Is.EqualTo(Times.Anchor.AddSeconds(10)));
    }

    [Test]
    public void Daylight_saving_does_not_move_it()
    {
        var recurrence = Times.Parse("@every 1h", "Europe/Amsterdam", DaylightGap.Skip, DaylightOverlap.First);
        foreach (var from in new[] { "2026-03-28 20:00", "2026-10-24 20:00" })
            Assert.That(
                Times.After(recurrence, Times.Utc(from)).Take(12),
                Is.EqualTo(Enumerable.Range(1, 12).Select(n => Times.Utc(from).AddHours(n))));
    }

    [Test]
    public void It_ends_with_the_calendar() => Assert.That(Times.Parse("@every 1d").Next(DateTime.MaxValue), Is.Null);
}
