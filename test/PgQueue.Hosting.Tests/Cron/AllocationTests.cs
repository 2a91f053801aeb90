namespace PgQueue.Tests.Cron;

[NonParallelizable]
internal sealed class AllocationTests
{
    [TestCase("* * * * * *", "UTC")]
    [TestCase("*/15 * * * *", "UTC")]
    [TestCase("0 9 * * MON-FRI", "Europe/Amsterdam")]
    [TestCase("*/20 * * * * *", "Africa/Casablanca")]
    [TestCase("0 0 LW * *", "America/New_York")]
    [TestCase("0 0 29 2 MON#5", "Europe/Dublin")]
    [TestCase("@every 90s", "UTC")]
    public void The_next_occurrence_allocates_nothing_while_the_zone_keeps_its_offset(string cron, string zone)
    {
        var recurrence = Times.Parse(cron, zone);
        var from = Times.Utc("2026-05-04 10:07:30");
        recurrence.Next(from);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            recurrence.Next(from.AddSeconds(i));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
