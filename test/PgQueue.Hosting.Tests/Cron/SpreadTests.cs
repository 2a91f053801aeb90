using PgQueue.Cron;

namespace PgQueue.Tests.Cron;

[Parallelizable(ParallelScope.Children)]
internal sealed class SpreadTests
{
    // these numbers are a promise: another one would move the runs of everybody's schedules
    [TestCase("nightly", (byte)1, 6347516885005810533UL)]
    [TestCase("nightly", (byte)2, 15560548879340288904UL)]
    [TestCase("", (byte)0, 13331581593930102267UL)]
    [TestCase("Größe 漢字", (byte)5, 711432312396006845UL)]
    public void The_hash_is_pinned(string name, byte salt, ulong expected) => Assert.That(StableHash.Of(name, salt), Is.EqualTo(expected));

    [TestCase("H H * * *", "nightly", "33 0 * * *")]
    [TestCase("H H H H H H", "nightly", "37 33 0 11 3 5")]
    [TestCase("H/15 * * * *", "nightly", "3-59/15 * * * *")]
    [TestCase("H(0-29)/10 * * * *", "nightly", "3-29/10 * * * *")]
    [TestCase("H(9-16) * * * *", "nightly", "14 * * * *")]
    [TestCase("h 3 H/7 * *", "billing", "42 3 5-28/7 * *")]
    [TestCase("H(0-29),H(30-59) 3 * * H(1-5)", "billing", "12,42 3 * * 5")]
    [TestCase("0 3 * MAR THU", "billing", "0 3 * MAR THU")]
    public void The_numbers_of_a_name_are_pinned(string cron, string name, string expected) =>
        Assert.That(CronText.Of(cron, name).Plain, Is.EqualTo(expected));

    [Test]
    public void Every_form_stays_within_its_range_and_a_day_occurs_in_every_month()
    {
        for (var i = 0; i < 500; i++)
        {
            var fields = CronText.Of("H H(9-16) H H H", $"schedule {i}").Plain.Split(' ').Select(int.Parse).ToArray();
            Assert.That(fields[0], Is.InRange(0, 59));
            Assert.That(fields[1], Is.InRange(9, 16));
            Assert.That(fields[2], Is.InRange(1, 28));
            Assert.That(fields[3], Is.InRange(1, 12));
            Assert.That(fields[4], Is.InRange(0, 6));
        }
    }

    [Test]
    public void Many_names_spread_evenly()
    {
        var minutes = Enumerable.Range(0, 6000).Select(i => CronText.Of("H * * * *", $"tenant-{i}").Plain.Split(' ')[0]).CountBy(m => m).ToDictionary();
        Assert.That(minutes, Has.Count.EqualTo(60));
        Assert.That(minutes.Values, Is.All.InRange(60, 140));
    }

    [Test]
    public void A_step_begins_anywhere_within_its_first_interval()
    {
        var starts = Enumerable.Range(0, 500).Select(i => CronText.Of("H/15 * * * *", $"n{i}").Plain.Split('-')[0]).Distinct().Select(int.Parse);
        Assert.That(starts.Order(), Is.EqualTo(Enumerable.Range(0, 15)));
    }

    [TestCase("H 3 * * *", false)]
    [TestCase("H H * * *", false)]
    [TestCase("H(0-29) 3 * * *", false)]
    [TestCase("H * * * *", true)]
    [TestCase("H/15 3 * * *", true)]
    [TestCase("0 9 * * *", false)]
    [TestCase("0,30 9,10 * * 1-5", false)]
    [TestCase("0 9-17 * * *", true)]
    [TestCase("0 0/6 * * *", true)]
    [TestCase("* 0 9 * * *", true)]
    [TestCase("0 0 9 */2 1-3 *", false)]
    public void An_interval_is_told_by_its_clock_fields(string cron, bool isInterval) =>
        Assert.That(CronText.Of(cron, "nightly").IsInterval, Is.EqualTo(isInterval));
}
