using PgQueue.Configuration;

namespace PgQueue.Tests.Configuration;

[Parallelizable(ParallelScope.Children)]
internal sealed class StartWarningsTests
{
    private static readonly TimeSpan HostLimit = TimeSpan.FromSeconds(30);

    [Test]
    public void The_defaults_warn_of_nothing() =>
        Assert.That(StartWarnings.Check(new PgQueueOptions(), "PgQueue", hasHandlers: true, HostLimit), Is.Empty);

    [Test]
    public void C101_A_heartbeat_above_a_third_of_the_lease_is_a_warning_and_no_error()
    {
        var options = new PgQueueOptions { Lease = { RenewEvery = TimeSpan.FromSeconds(12) } };
        Assert.Multiple(() =>
        {
            Assert.That(PgQueueRules.Check(options, "PgQueue"), Is.Empty);
            Assert.That(
                StartWarnings.Check(options, "PgQueue", hasHandlers: true, HostLimit),
                Has.One.StartsWith("PgQueue:Lease:RenewEvery (00:00:12) is more than a third of PgQueue:Lease:Duration (00:00:30)"));
        });
    }

    [Test]
    public void A_stop_that_does_not_fit_into_the_hosts_limit_is_a_warning_with_both_values()
    {
        var options = new PgQueueOptions { Shutdown = { DrainTimeout = TimeSpan.FromSeconds(25) } };
        Assert.Multiple(() =>
        {
            Assert.That(
                StartWarnings.Check(options, "PgQueue", hasHandlers: true, HostLimit).Single(),
                Does.Contain("(00:00:25)").And.Contain("is 00:00:31, more than HostOptions.ShutdownTimeout (00:00:30)"));
            Assert.That(StartWarnings.Check(options, "PgQueue", hasHandlers: true, TimeSpan.FromSeconds(31)), Is.Empty);
            Assert.That(StartWarnings.Check(options, "PgQueue", hasHandlers: true, hostShutdownTimeout: null), Is.Empty);
        });
    }

    [Test]
    public void Queues_without_a_handler_are_a_warning()
    {
        var options = new PgQueueOptions { Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { ["reports"] = new() } };
        Assert.That(
            StartWarnings.Check(options, "PgQueue", hasHandlers: false, HostLimit),
            Is.EqualTo(new[] { "PgQueue:Queues names reports, but no handler is registered: this process runs no jobs." }));
    }
}
