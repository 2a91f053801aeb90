namespace PgQueue.Tests.Cron;

[Parallelizable(ParallelScope.Children)]
internal sealed class ExpressionTests
{
    [TestCase("* * * * *", "2026-05-04 10:07:30", "2026-05-04 10:08")]
    [TestCase("* * * * *", "2026-05-04 10:07", "2026-05-04 10:08")]
    [TestCase("* * * * * *", "2026-05-04 10:07:30", "2026-05-04 10:07:31")]
    [TestCase("* * * * * *", "2026-12-31 23:59:59", "2027-01-01 00:00:00")]
    [TestCase("*/20 * * * * *", "2026-05-04 10:07:30", "2026-05-04 10:07:40")]
    [TestCase("30 5 10 * * *", "2026-05-04 10:05:30", "2026-05-05 10:05:30")]
    [TestCase("*/15 * * * *", "2026-05-04 10:50", "2026-05-04 11:00")]
    [TestCase("7/15 * * * *", "2026-05-04 10:00", "2026-05-04 10:07")]
    [TestCase("7/15 * * * *", "2026-05-04 10:52", "2026-05-04 11:07")]
    [TestCase("10-30/10 * * * *", "2026-05-04 10:20", "2026-05-04 10:30")]
    [TestCase("10-30/10 * * * *", "2026-05-04 10:30", "2026-05-04 11:10")]
    [TestCase("0,5,10-12 * * * *", "2026-05-04 10:05", "2026-05-04 10:10")]
    [TestCase("0 9-17 * * MON-FRI", "2026-05-08 17:00", "2026-05-11 09:00")]
    [TestCase("0 9 * * mon-Fri", "2026-05-08 17:00", "2026-05-11 09:00")]
    [TestCase("0 0 1 jan,JUL *", "2026-05-08 17:00", "2026-07-01 00:00")]
    [TestCase("  0\t9   *  * * ", "2026-05-08 17:00", "2026-05-09 09:00")]
    [TestCase("05 09 01 02 *", "2026-05-08 17:00", "2027-02-01 09:05")]
    public void The_next_occurrence_is_found(string cron, string from, string expected) => Check(cron, from, expected);

    [TestCase("5-1 * * * *", "2026-05-04 10:01", "2026-05-04 10:05")]
    [TestCase("5-1 * * * *", "2026-05-04 10:59", "2026-05-04 11:00")]
    [TestCase("0 22-2 * * *", "2026-05-04 02:00", "2026-05-04 22:00")]
    [TestCase("0 22-3/2 * * *", "2026-05-04 22:00", "2026-05-05 00:00")]
    [TestCase("0 21-3/2 * * *", "2026-05-04 23:00", "2026-05-05 01:00")]
    [TestCase("0 0 * * FRI-MON", "2026-05-04 00:00", "2026-05-08 00:00")]
    [TestCase("0 0 1 NOV-FEB *", "2026-02-01 00:00", "2026-11-01 00:00")]
    [TestCase("0 0 30-2 * *", "2026-05-02 00:00", "2026-05-30 00:00")]
    [TestCase("0 0 * * 7-1", "2026-05-04 00:00", "2026-05-10 00:00")]
    [TestCase("0 0 * * 6-7", "2026-05-04 00:00", "2026-05-09 00:00")]
    public void A_range_backwards_wraps_around(string cron, string from, string expected) => Check(cron, from, expected);

    [TestCase("0")]
    [TestCase("7")]
    [TestCase("SUN")]
    [TestCase("sun")]
    [TestCase("7-7")]
    [TestCase("*/7")]
    public void Sunday_has_three_names(string sunday) => Check($"0 0 * * {sunday}", "2026-05-04 00:00", "2026-05-10 00:00", "2026-05-17 00:00");

    [TestCase("0 0 13 * FRI", "2026-05-04 00:00", "2026-11-13 00:00", "2027-08-13 00:00")]
    [TestCase("0 0 1-7 * MON", "2026-05-04 00:00", "2026-06-01 00:00", "2026-07-06 00:00")]
    [TestCase("0 0 ? * MON", "2026-05-04 00:00", "2026-05-11 00:00", "2026-05-18 00:00")]
    [TestCase("0 0 5 * ?", "2026-05-04 00:00", "2026-05-05 00:00", "2026-06-05 00:00")]
    [TestCase("0 0 */10 * MON", "2026-05-04 00:00", "2026-05-11 00:00", "2026-06-01 00:00")]
    public void Both_day_fields_must_fit(string cron, string from, params string[] expected) => Check(cron, from, expected);

    [TestCase("0 0 L * *", "2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00", "2026-04-30 00:00")]
    [TestCase("0 0 l 2 *", "2026-03-01 00:00", "2027-02-28 00:00", "2028-02-29 00:00")]
    [TestCase("0 0 L-3 * *", "2026-01-31 00:00", "2026-02-25 00:00", "2026-03-28 00:00")]
    [TestCase("0 0 L-30 * *", "2026-01-02 00:00", "2026-03-01 00:00", "2026-05-01 00:00")]
    [TestCase("0 0 LW * *", "2026-01-01 00:00", "2026-01-30 00:00", "2026-02-27 00:00", "2026-03-31 00:00", "2026-04-30 00:00", "2026-05-29 00:00")]
    [TestCase("0 0 L-3W * *", "2026-02-01 00:00", "2026-02-25 00:00", "2026-03-27 00:00")]
    [TestCase("0 0 15W * *", "2026-02-01 00:00", "2026-02-16 00:00", "2026-03-16 00:00", "2026-04-15 00:00")]
    [TestCase("0 0 1W * *", "2026-07-30 00:00", "2026-08-03 00:00", "2026-09-01 00:00")]
    [TestCase("0 0 31W * *", "2026-05-01 00:00", "2026-05-29 00:00", "2026-07-31 00:00")]
    [TestCase("0 0 30W * *", "2026-05-01 00:00", "2026-05-29 00:00", "2026-06-30 00:00")]
    [TestCase("0 12 15W * *", "2026-02-16 13:00", "2026-03-16 12:00")]
    public void Days_count_from_the_end_and_move_to_weekdays(string cron, string from, params string[] expected) => Check(cron, from, expected);

    [TestCase("0 0 * * MON#2", "2026-05-04 00:00", "2026-05-11 00:00", "2026-06-08 00:00")]
    [TestCase("0 0 * * mon#1", "2026-05-04 00:00", "2026-06-01 00:00", "2026-07-06 00:00")]
    [TestCase("0 0 * * 0#5", "2026-05-04 00:00", "2026-05-31 00:00", "2026-08-30 00:00")]
    [TestCase("0 0 * * 7#1", "2026-05-04 00:00", "2026-06-07 00:00")]
    [TestCase("0 0 * * 5L", "2026-05-04 00:00", "2026-05-29 00:00", "2026-06-26 00:00")]
    [TestCase("0 0 * * FRIL", "2026-05-04 00:00", "2026-05-29 00:00", "2026-06-26 00:00")]
    [TestCase("0 0 * 2 SUNL", "2026-05-04 00:00", "2027-02-28 00:00", "2028-02-27 00:00")]
    [TestCase("0 0 L * FRI", "2026-05-04 00:00", "2026-07-31 00:00")]
    public void Days_of_the_week_count_within_the_month(string cron, string from, params string[] expected) => Check(cron, from, expected);

    [TestCase("0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00", "2032-02-29 00:00")]
    [TestCase("0 0 29 2 *", "2096-03-01 00:00", "2104-02-29 00:00")]
    [TestCase("0 0 29 2 1", "2026-01-01 00:00", "2044-02-29 00:00", "2072-02-29 00:00", "2112-02-29 00:00")]
    [TestCase("0 0 29 2 MON#5", "2026-01-01 00:00", "2044-02-29 00:00")]
    [TestCase("0 0 31 * *", "2026-01-31 00:00", "2026-03-31 00:00", "2026-05-31 00:00")]
    public void Rare_days_are_found(string cron, string from, params string[] expected) => Check(cron, from, expected);

    [TestCase("@yearly", "0 0 1 1 *")]
    [TestCase("@annually", "0 0 1 1 *")]
    [TestCase("@monthly", "0 0 1 * *")]
    [TestCase("@weekly", "0 0 * * 0")]
    [TestCase("@daily", "0 0 * * *")]
    [TestCase(" @Midnight ", "0 0 * * *")]
    [TestCase("@HOURLY", "0 * * * *")]
    [TestCase("@every_minute", "* * * * *")]
    [TestCase("@every_second", "* * * * * *")]
    public void A_macro_is_an_expression(string macro, string cron)
    {
        var from = Times.Utc("2026-05-04 10:07:30");
        Assert.That(Times.After(Times.Parse(macro), from).Take(3), Is.EqualTo(Times.After(Times.Parse(cron), from).Take(3)));
    }

    [Test]
    public void The_last_second_of_the_calendar_is_the_end()
    {
        var end = new DateTime(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc);
        Assert.That(Times.Parse("* * * * * *").Next(end.AddSeconds(-1)), Is.EqualTo(end));
        foreach (var from in new[] { end, DateTime.MaxValue })
        {
            Assert.That(Times.Parse("* * * * * *").Next(from), Is.Null);
            Assert.That(Times.Parse("* * * * * *", "America/New_York").Next(from), Is.Null);
            Assert.That(Times.Parse("* * * * * *", "Asia/Tokyo").Next(from), Is.Null);
            Assert.That(Times.Parse("0 0 1 1 *", "Europe/Dublin").Next(from), Is.Null);
        }

        foreach (var zone in new[] { "UTC", "America/New_York", "Asia/Tokyo" })
            Assert.That(Times.Parse("* * * * *", zone).Next(DateTime.MinValue), Is.GreaterThan(DateTime.MinValue).And.LessThan(new DateTime(1, 1, 3)));
    }

    [Test]
    public void Fractions_of_a_second_round_up_and_the_result_is_UTC()
    {
        var next = Times.Parse("* * * * * *").Next(Times.Utc("2026-05-04 10:07:30").AddTicks(1))!.Value;
        Assert.That(next, Is.EqualTo(Times.Utc("2026-05-04 10:07:31")));
        Assert.That(next.Kind, Is.EqualTo(DateTimeKind.Utc));
    }

    [TestCase("tr-TR")]
    [TestCase("ar-SA")]
    [SetCulture("tr-TR")]
    public void The_culture_does_not_matter(string culture)
    {
        Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo(culture);
        Check("0 0 * * fri", "2026-05-04 00:00", "2026-05-08 00:00");
        Check("0 0 1 apr,AUG *", "2026-05-04 00:00", "2026-08-01 00:00");
        Assert.That(Times.Parse("@MIDNIGHT").Next(Times.Anchor), Is.EqualTo(Times.Utc("2026-01-02 00:00")));
        Assert.That(Times.Parse("@EVERY 1H").Next(Times.Anchor), Is.EqualTo(Times.Utc("2026-01-01 01:00")));
        var fault = Assert.Throws<CronFormatException>(() => Times.Parse("* 24 * * *"))!;
        Assert.That(fault.Message, Does.Contain("position 3").And.Contain("from 0 to 23"));
    }

    private static void Check(string cron, string from, params string[] expected) =>
        Assert.That(Times.After(Times.Parse(cron), Times.Utc(from)).Take(expected.Length), Is.EqualTo(expected.Select(Times.Utc)), cron);
}
