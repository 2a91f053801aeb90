namespace PgQueue.Tests.Cron;

/// <summary>What becomes of a schedule when clocks change: the table of the documentation, dated.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class DaylightTests
{
    private const string Amsterdam = "Europe/Amsterdam";
    private const string Aaiun = "Africa/El_Aaiun";
    private const string Apia = "Pacific/Apia";
    private const string Casablanca = "Africa/Casablanca";
    private const string Dublin = "Europe/Dublin";
    private const string LordHowe = "Australia/Lord_Howe";
    private const string NewYork = "America/New_York";
    private const string SaoPaulo = "America/Sao_Paulo";
    private const string Troll = "Antarctica/Troll";

    [TestCase(Amsterdam, "30 2 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-30 02:30 +02:00")]
    [TestCase(Amsterdam, "30 2 * * *", DaylightGap.Skip, "2026-03-28 12:00", "03-30 02:30 +02:00")]
    [TestCase(Amsterdam, "0,15,30 2 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-30 02:00 +02:00")]
    [TestCase(Amsterdam, "*/30 * * * *", DaylightGap.RunAfter, "2026-03-29 00:30", "03-29 03:00 +02:00", "03-29 03:30 +02:00")]
    [TestCase(Amsterdam, "*/30 * * * *", DaylightGap.Skip, "2026-03-29 00:30", "03-29 03:00 +02:00", "03-29 03:30 +02:00")]
    [TestCase(Amsterdam, "20/30 * * * *", DaylightGap.RunAfter, "2026-03-29 00:50", "03-29 03:00 +02:00", "03-29 03:20 +02:00")]
    [TestCase(Amsterdam, "20/30 * * * *", DaylightGap.Skip, "2026-03-29 00:50", "03-29 03:20 +02:00", "03-29 03:50 +02:00")]
    [TestCase(Amsterdam, "0 * * * *", DaylightGap.RunAfter, "2026-03-29 00:00", "03-29 03:00 +02:00", "03-29 04:00 +02:00")]
    [TestCase(Amsterdam, "0 2-4 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-29 04:00 +02:00", "03-30 02:00 +02:00")]
    [TestCase(Amsterdam, "0 2-4 * * *", DaylightGap.Skip, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-29 04:00 +02:00", "03-30 02:00 +02:00")]
    [TestCase(Amsterdam, "0 3 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-30 03:00 +02:00")]
    [TestCase(Amsterdam, "59 59 2 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-30 02:59:59 +02:00")]
    [TestCase(NewYork, "30 2 * * *", DaylightGap.RunAfter, "2026-03-07 12:00", "03-08 03:00 -04:00", "03-09 02:30 -04:00")]
    [TestCase(NewYork, "1-58 */2 * * *", DaylightGap.RunAfter, "2026-03-08 06:59", "03-08 03:00 -04:00", "03-08 04:01 -04:00")]
    [TestCase(LordHowe, "15 2 * * *", DaylightGap.RunAfter, "2026-10-03 00:00", "10-04 02:30 +11:00", "10-05 02:15 +11:00")]
    [TestCase(LordHowe, "*/20 * * * *", DaylightGap.Skip, "2026-10-03 15:10", "10-04 02:40 +11:00", "10-04 03:00 +11:00")]
    [TestCase(Dublin, "30 1 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 02:00 +01:00", "03-30 01:30 +01:00")]
    [TestCase(Dublin, "30 1 * * *", DaylightGap.Skip, "2026-03-28 12:00", "03-30 01:30 +01:00")]
    [TestCase(Casablanca, "30 2 * * *", DaylightGap.RunAfter, "2026-03-21 12:00", "03-22 03:00 +01:00", "03-23 02:30 +01:00")]
    [TestCase(Aaiun, "30 2 * * *", DaylightGap.RunAfter, "2026-03-21 12:00", "03-22 03:00 +01:00", "03-23 02:30 +01:00")]
    [TestCase(Aaiun, "30 2 * * *", DaylightGap.Skip, "2026-03-21 12:00", "03-23 02:30 +01:00")]
    [TestCase(Troll, "30 1,2 * * *", DaylightGap.RunAfter, "2026-03-28 12:00", "03-29 03:00 +02:00", "03-30 01:30 +02:00")]
    [TestCase(Apia, "0 9 * * *", DaylightGap.RunAfter, "2011-12-29 12:00", "12-29 09:00 -10:00", "12-31 00:00 +14:00", "12-31 09:00 +14:00")]
    [TestCase(Apia, "0 9 * * *", DaylightGap.Skip, "2011-12-29 12:00", "12-29 09:00 -10:00", "12-31 09:00 +14:00")]
    [TestCase(Apia, "0 9 * * FRI", DaylightGap.RunAfter, "2011-12-29 12:00", "12-31 00:00 +14:00", "01-06 09:00 +14:00")]
    [TestCase(Apia, "0 */6 * * *", DaylightGap.RunAfter, "2011-12-29 22:00", "12-29 18:00 -10:00", "12-31 00:00 +14:00", "12-31 06:00 +14:00")]
    [TestCase(SaoPaulo, "0 0 * * *", DaylightGap.RunAfter, "2018-11-03 12:00", "11-04 01:00 -02:00", "11-05 00:00 -02:00")]
    [TestCase(SaoPaulo, "0 0 * * *", DaylightGap.Skip, "2018-11-03 12:00", "11-05 00:00 -02:00")]
    public void A_time_in_a_gap_runs_at_its_end_or_not_at_all(string zone, string cron, DaylightGap gap, string from, params string[] expected) =>
        Assert.That(Times.Walk(Times.Parse(cron, zone, gap), zone, Times.Utc(from), expected.Length), Is.EqualTo(expected));

    [TestCase(Amsterdam, "30 2 * * *", DaylightOverlap.Auto, "2026-10-24 12:00", "10-25 02:30 +02:00", "10-26 02:30 +01:00")]
    [TestCase(Amsterdam, "30 2 * * *", DaylightOverlap.First, "2026-10-24 12:00", "10-25 02:30 +02:00", "10-26 02:30 +01:00")]
    [TestCase(Amsterdam, "30 2 * * *", DaylightOverlap.Last, "2026-10-24 12:00", "10-25 02:30 +01:00", "10-26 02:30 +01:00")]
    [TestCase(Amsterdam, "30 2 * * *", DaylightOverlap.Both, "2026-10-24 12:00", "10-25 02:30 +02:00", "10-25 02:30 +01:00", "10-26 02:30 +01:00")]
    [TestCase(Amsterdam, "30 * * * *", DaylightOverlap.Auto, "2026-10-24 23:59", "10-25 02:30 +02:00", "10-25 02:30 +01:00", "10-25 03:30 +01:00")]
    [TestCase(Amsterdam, "30 * * * *", DaylightOverlap.First, "2026-10-24 23:59", "10-25 02:30 +02:00", "10-25 03:30 +01:00")]
    [TestCase(Amsterdam, "30 * * * *", DaylightOverlap.Last, "2026-10-24 23:59", "10-25 02:30 +01:00", "10-25 03:30 +01:00")]
    [TestCase(Amsterdam, "0 2-4 * * *", DaylightOverlap.Auto, "2026-10-24 12:00", "10-25 02:00 +02:00", "10-25 02:00 +01:00", "10-25 03:00 +01:00")]
    [TestCase(Amsterdam, "0 2,3 * * *", DaylightOverlap.Auto, "2026-10-24 12:00", "10-25 02:00 +02:00", "10-25 03:00 +01:00", "10-26 02:00 +01:00")]
    [TestCase(Amsterdam, "0 3 * * *", DaylightOverlap.Both, "2026-10-24 12:00", "10-25 03:00 +01:00", "10-26 03:00 +01:00")]
    [TestCase(Amsterdam, "59 59 2 * * *", DaylightOverlap.Both, "2026-10-24 12:00", "10-25 02:59:59 +02:00", "10-25 02:59:59 +01:00")]
    [TestCase(Amsterdam, "0,30 2 * * *", DaylightOverlap.Both, "2026-10-25 00:00", "10-25 02:30 +02:00", "10-25 02:00 +01:00", "10-25 02:30 +01:00")]
    [TestCase(NewYork, "30 1 * * *", DaylightOverlap.Auto, "2026-10-31 12:00", "11-01 01:30 -04:00", "11-02 01:30 -05:00")]
    [TestCase(NewYork, "*/30 1 * * *", DaylightOverlap.Auto, "2026-11-01 04:00", "11-01 01:00 -04:00", "11-01 01:30 -04:00", "11-01 01:00 -05:00", "11-01 01:30 -05:00")]
    [TestCase(LordHowe, "45 1 * * *", DaylightOverlap.Auto, "2026-04-04 00:00", "04-05 01:45 +11:00", "04-06 01:45 +10:30")]
    [TestCase(LordHowe, "15 1 * * *", DaylightOverlap.Last, "2026-04-04 00:00", "04-05 01:15 +11:00", "04-06 01:15 +10:30")]
    [TestCase(LordHowe, "*/15 * * * *", DaylightOverlap.Auto, "2026-04-04 14:30", "04-05 01:45 +11:00", "04-05 01:30 +10:30", "04-05 01:45 +10:30", "04-05 02:00 +10:30")]
    [TestCase(Dublin, "30 1 * * *", DaylightOverlap.Auto, "2026-10-24 12:00", "10-25 01:30 +01:00", "10-26 01:30 +00:00")]
    [TestCase(Dublin, "30 1 * * *", DaylightOverlap.Last, "2026-10-24 12:00", "10-25 01:30 +00:00", "10-26 01:30 +00:00")]
    [TestCase(Dublin, "30 * * * *", DaylightOverlap.Auto, "2026-10-25 00:00", "10-25 01:30 +01:00", "10-25 01:30 +00:00", "10-25 02:30 +00:00")]
    [TestCase(Casablanca, "30 2 * * *", DaylightOverlap.Auto, "2026-02-14 12:00", "02-15 02:30 +01:00", "02-16 02:30 +00:00")]
    [TestCase(Casablanca, "30 * * * *", DaylightOverlap.Auto, "2026-02-15 01:00", "02-15 02:30 +01:00", "02-15 02:30 +00:00", "02-15 03:30 +00:00")]
    [TestCase(Aaiun, "30 2 * * *", DaylightOverlap.Last, "2026-02-14 12:00", "02-15 02:30 +00:00", "02-16 02:30 +00:00")]
    [TestCase(Troll, "0 * * * *", DaylightOverlap.Auto, "2026-10-24 22:30", "10-25 01:00 +02:00", "10-25 02:00 +02:00", "10-25 01:00 +00:00", "10-25 02:00 +00:00", "10-25 03:00 +00:00")]
    [TestCase(Troll, "30 2 * * *", DaylightOverlap.Last, "2026-10-24 12:00", "10-25 02:30 +00:00", "10-26 02:30 +00:00")]
    [TestCase(SaoPaulo, "30 23 * * *", DaylightOverlap.Auto, "2018-02-17 12:00", "02-17 23:30 -02:00", "02-18 23:30 -03:00")]
    [TestCase(SaoPaulo, "30 23 * * *", DaylightOverlap.Both, "2018-02-17 12:00", "02-17 23:30 -02:00", "02-17 23:30 -03:00", "02-18 23:30 -03:00")]
    [TestCase(SaoPaulo, "0 0 * * *", DaylightOverlap.Auto, "2018-02-17 12:00", "02-18 00:00 -03:00", "02-19 00:00 -03:00")]
    public void A_time_in_an_overlap_runs_as_chosen(string zone, string cron, DaylightOverlap overlap, string from, params string[] expected) =>
        Assert.That(Times.Walk(Times.Parse(cron, zone, overlap: overlap), zone, Times.Utc(from), expected.Length), Is.EqualTo(expected));

    // the date and the day of the week together always meet the gap: nothing is left when gaps are skipped
    [TestCase("30 2 25 3 SUN")]
    [TestCase("30 2 * 3 SUNL")]
    public void Where_every_occurrence_is_in_a_gap_that_is_skipped_the_search_ends(string cron)
    {
        var recurrence = Times.Parse(cron, Amsterdam, DaylightGap.Skip);
        Assert.That(recurrence.Next(Times.Anchor), Is.Null);
        Assert.That(recurrence.Next(Times.Anchor), Is.Null);
        Assert.That(recurrence.Next(Times.Utc("1960-01-01 00:00")), Is.Not.Null, "there was no daylight saving then");
        Assert.That(Times.Parse(cron, Amsterdam).Next(Times.Anchor), Is.Not.Null);
    }
}
