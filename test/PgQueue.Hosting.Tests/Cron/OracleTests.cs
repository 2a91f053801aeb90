using FsCheck;
using FsCheck.Fluent;
using Quartz;

namespace PgQueue.Tests.Cron;

/// <summary>Random expressions against two other readings: a slow one of our own, and Quartz where it means the same.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class OracleTests
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(45);

    private static Arbitrary<(string Cron, int Start)> Cases =>
        (from minute in Field(0, 59)
         from hour in Field(0, 23)
         from day in Gen.Frequency((5, Gen.Constant("*")), (3, Field(1, 31)), (2, Gen.Elements("L", "L-2", "LW", "L-5W", "1W", "15W", "31W", "?")))
         from month in Gen.Frequency((4, Gen.Constant("*")), (1, Field(1, 12)))
         from weekday in Gen.Frequency((5, Gen.Constant("*")), (3, Field(0, 7)), (2, Gen.Elements("MON#1", "5L", "0#5", "FRIL", "7L", "SAT#3", "?")))
         from start in Gen.Choose(0, 400 * 24 * 60)
         select ($"{minute} {hour} {day} {month} {weekday}", start)).ToArbitrary();

    [Test]
    public void It_agrees_with_a_search_minute_by_minute() =>
        Prop.ForAll(Cases, c =>
        {
            var from = Times.Anchor.AddMinutes(c.Start);
            if (TryParse(c.Cron) is not { } recurrence)
                return Minutes(SlowCron.Parse(c.Cron), Times.Anchor, Times.Anchor + Window).FirstOrDefault() == default;
            var expected = Minutes(SlowCron.Parse(c.Cron), from, from + Window).Take(20);
            return Times.Between(recurrence, from, from + Window).Take(20).SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));

    // Quartz joins two day fields by OR, knows no ranges backwards in days, and lets W at the end of a month differ: those are left out
    [TestCase("* * * * *")]
    [TestCase("*/7 * * * *")]
    [TestCase("3/10 9-17 * * *")]
    [TestCase("0,30 8-18/2 * * *")]
    [TestCase("0 9 * * 1-5")]
    [TestCase("0 9 * * MON,WED,FRI")]
    [TestCase("0 0 1 * *")]
    [TestCase("0 0 31 * *")]
    [TestCase("0 0 29 2 *")]
    [TestCase("15 10 1-10/3 JAN-JUN *")]
    [TestCase("0 12 */5 * *")]
    [TestCase("0 0 L * *")]
    [TestCase("0 0 15W * *")]
    [TestCase("0 0 LW * *")]
    public void It_agrees_with_Quartz(string cron)
    {
        var quartz = CronExpression.Parse(cron, CronFormat.Unix).WithTimeZone(TimeZoneInfo.Utc);
        var recurrence = Times.Parse(cron);
        var at = Times.Anchor;
        for (var i = 0; i < 200 && at.Year < 2100; i++) // Quartz looks no further than a century
        {
            var expected = quartz.GetNextValidTimeAfter(new DateTimeOffset(at));
            var next = recurrence.Next(at);
            Assert.That(next, Is.EqualTo(expected?.UtcDateTime), $"after {at:u}");
            at = next!.Value;
        }
    }

    private static Gen<string> Field(int first, int last)
    {
        var value = Gen.Choose(first, last);
        var step = Gen.Choose(1, last);
        var item = Gen.OneOf(
            from v in value select $"{v}",
            from a in value from b in value select $"{a}-{b}",
            from a in value from b in value from n in step select $"{a}-{b}/{n}",
            from a in value from n in step select $"{a}/{n}");
        return Gen.Frequency(
            (3, Gen.Constant("*")),
            (2, from n in step select $"*/{n}"),
            (3, item),
            (2, from a in item from b in item select $"{a},{b}"));
    }

    private static PgQueue.Cron.Recurrence? TryParse(string cron)
    {
        try
        {
            return Times.Parse(cron);
        }
        catch (CronFormatException fault) when (fault.Reason.StartsWith("it never occurs", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static IEnumerable<DateTime> Minutes(Func<DateTime, bool> matches, DateTime from, DateTime to)
    {
        var start = new DateTime(from.Ticks - (from.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
        for (var at = start.AddMinutes(1); at <= to; at = at.AddMinutes(1))
            if (matches(at))
                yield return at;
    }
}
