using FsCheck;
using FsCheck.Fluent;

namespace PgQueue.Tests.Cron;

[Parallelizable(ParallelScope.Children)]
internal sealed class LatestTests
{
    private static readonly string[] Expressions =
        ["*/5 * * * *", "0 9 * * *", "30 2 * * *", "*/10 * * * * *", "0 0 1W * *", "0 22-2 * * FRI#2", "@every 90s", "15 1-3 * * *"];

    [TestCase("0 9 * * *", "2026-05-04 00:00", "2026-05-08 08:59", "2026-05-07 09:00")]
    [TestCase("0 9 * * *", "2026-05-04 00:00", "2026-05-08 09:00", "2026-05-08 09:00")]
    [TestCase("0 9 * * *", "2026-05-04 08:59:59", "2026-05-04 09:00", "2026-05-04 09:00")]
    [TestCase("* * * * * *", "2025-05-04 00:00", "2026-05-04 10:07:30", "2026-05-04 10:07:30")]
    [TestCase("0 0 29 2 1", "2026-01-01 00:00", "2100-01-01 00:00", "2072-02-29 00:00")]
    [TestCase("@every 1s", "2026-01-01 00:00", "2027-01-01 00:00", "2027-01-01 00:00")]
    public void The_last_occurrence_is_found(string cron, string after, string upTo, string expected) =>
        Assert.That(Times.Parse(cron).Latest(Times.Utc(after), Times.Utc(upTo)), Is.EqualTo(Times.Utc(expected)));

    [TestCase("0 9 * * *", "2026-05-04 09:00", "2026-05-05 08:59:59")]
    [TestCase("0 9 * * *", "2026-05-04 09:00", "2026-05-04 09:00")]
    [TestCase("0 9 * * *", "2026-05-06 00:00", "2026-05-04 00:00")]
    [TestCase("0 0 29 2 *", "2026-05-06 00:00", "2027-05-04 00:00")]
    public void There_may_be_none(string cron, string after, string upTo) =>
        Assert.That(Times.Parse(cron).Latest(Times.Utc(after), Times.Utc(upTo)), Is.Null);

    [Test]
    public void It_is_the_last_of_a_walk() =>
        Prop.ForAll(
            (from cron in Gen.Elements(Expressions)
             from zone in Gen.Elements("UTC", "Europe/Amsterdam", "Africa/Casablanca", "Australia/Lord_Howe")
             from start in Gen.Choose(0, 365 * 24 * 60)
             from length in Gen.Choose(0, 3 * 24 * 60 * 60)
             select (cron, zone, start, length)).ToArbitrary(),
            c =>
            {
                var recurrence = Times.Parse(c.cron, c.zone);
                var after = Times.Anchor.AddMinutes(c.start);
                var upTo = after.AddSeconds(c.length);
                DateTime? walked = null;
                foreach (var utc in Times.Between(recurrence, after, upTo))
                    walked = utc;
                return recurrence.Latest(after, upTo) == walked;
            }).QuickCheckThrowOnFailure();
}
