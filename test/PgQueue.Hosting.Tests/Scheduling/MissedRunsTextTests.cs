namespace PgQueue.Tests.Scheduling;

[Parallelizable(ParallelScope.Children)]
internal sealed class MissedRunsTextTests
{
    [TestCase("FireOnce", ExpectedResult = "FireOnce")]
    [TestCase(" skip ", ExpectedResult = "Skip")]
    [TestCase("FireAll(100, 1.00:00:00)", ExpectedResult = "FireAll(100, 1.00:00:00)")]
    [TestCase("fireall( 1 , 00:00:01 )", ExpectedResult = "FireAll(1, 00:00:01)")]
    [TestCase("FireAll(1000, 366.00:00:00)", ExpectedResult = "FireAll(1000, 366.00:00:00)")]
    public string A_text_is_read_and_written_the_same(string text) => MissedRuns.TryParse(text, out var value) ? value.ToString() : "refused";

    [TestCase(null)]
    [TestCase("")]
    [TestCase("FireAll")]
    [TestCase("FireAll()")]
    [TestCase("FireAll(5)")]
    [TestCase("FireAll(0, 01:00:00)")]
    [TestCase("FireAll(1001, 01:00:00)")]
    [TestCase("FireAll(5, 30)")]
    [TestCase("FireAll(5, 00:00:00.5)")]
    [TestCase("FireAll(5, 366.00:00:01)")]
    [TestCase("FireAll(5, 01:00:00, 7)")]
    [TestCase("FireAll(5, 01:00:00")]
    [TestCase("FireTwice")]
    public void Anything_else_is_refused(string? text) => Assert.That(MissedRuns.TryParse(text, out _), Is.False);

    [Test]
    public void Arguments_out_of_range_are_refused_in_code() => Assert.Multiple(() =>
    {
        Assert.That(static () => MissedRuns.FireAll(0, TimeSpan.FromHours(1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(static () => MissedRuns.FireAll(1, TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(static () => MissedRuns.FireAll(1, TimeSpan.FromDays(367)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });
}
