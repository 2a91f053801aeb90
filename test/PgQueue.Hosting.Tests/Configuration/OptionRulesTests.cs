using PgQueue.Configuration;

namespace PgQueue.Tests.Configuration;

[Parallelizable(ParallelScope.Children)]
internal sealed class OptionRulesTests
{
    private const string Infinite = "-00:00:00.001";

    [Test]
    public void The_defaults_are_valid() => Assert.That(PgQueueRules.Check(new PgQueueOptions(), "PgQueue"), Is.Empty);

    [TestCase("00:00:20", "00:00:30", ExpectedResult = "PgQueue:Lease:RenewEvery (00:00:20) must be at most half of PgQueue:Lease:Duration (00:00:30).")]
    [TestCase("00:00:30", "00:00:30", ExpectedResult = "PgQueue:Lease:RenewEvery (00:00:30) must be at most half of PgQueue:Lease:Duration (00:00:30).")]
    [TestCase("00:00:15", "00:00:30", ExpectedResult = "")]
    public string C100_A_heartbeat_is_at_most_half_a_lease(string renewEvery, string duration) =>
        Errors(o => (o.Lease.RenewEvery, o.Lease.Duration) = (Span(renewEvery), Span(duration)));

    [TestCase("00:00:00.0100000", "00:00:00.0100000", ExpectedResult = "")]
    [TestCase("00:00:00", "00:00:05", ExpectedResult = "PgQueue:Polling:Busy (00:00:00) must be from 00:00:00.01 to 00:01:00.")]
    [TestCase("-00:00:01", "00:00:05", ExpectedResult = "PgQueue:Polling:Busy (-00:00:01) must be from 00:00:00.01 to 00:01:00.")]
    [TestCase("00:00:01", "1.00:00:00", ExpectedResult = "PgQueue:Polling:Idle (1.00:00:00) must be from 00:00:00.01 to 00:10:00.")]
    [TestCase("00:00:06", "00:00:05", ExpectedResult = "PgQueue:Polling:Busy (00:00:06) must not be above PgQueue:Polling:Idle (00:00:05).")]
    public string C103_A_poll_of_zero_less_than_zero_or_a_day_is_refused(string busy, string idle) =>
        Errors(o => (o.Polling.Busy, o.Polling.Idle) = (Span(busy), Span(idle)));

    [TestCase(0, ExpectedResult = "PgQueue:Queues:default:Concurrency (0) must be from 1 to 10000.")]
    [TestCase(-1, ExpectedResult = "PgQueue:Queues:default:Concurrency (-1) must be from 1 to 10000.")]
    [TestCase(100_000, ExpectedResult = "PgQueue:Queues:default:Concurrency (100000) must be from 1 to 10000.")]
    [TestCase(1, ExpectedResult = "")]
    [TestCase(10_000, ExpectedResult = "")]
    public string C104_A_concurrency_is_from_1_to_10000(int concurrency) =>
        Errors(o => o.Queues = Queues("default", new QueueOptions { Concurrency = concurrency }));

    [Test]
    public void C115_A_cap_below_the_base_and_an_unknown_jitter_are_refused() => Assert.That(
        PgQueueRules.Check(new PgQueueOptions { Retry = new RetryOptions { BaseDelay = Span("02:00:00"), Jitter = (Jitter)7 } }, "PgQueue"),
        Is.EqualTo(new[]
        {
            "PgQueue:Retry:BaseDelay (02:00:00) must not be above PgQueue:Retry:MaxDelay (01:00:00).",
            "PgQueue:Retry:Jitter (7) must be one of None, Equal, Full.",
        }));

    [TestCase(0, ExpectedResult = "PgQueue:Retry:MaxAttempts (0) must be from 1 to 1000.")]
    [TestCase(1001, ExpectedResult = "PgQueue:Retry:MaxAttempts (1001) must be from 1 to 1000.")]
    [TestCase(1000, ExpectedResult = "")]
    public string Attempts_are_from_1_to_1000(int attempts) => Errors(o => o.Retry.MaxAttempts = attempts);

    [TestCase("00:00:59", "14.00:00:00", ExpectedResult = "PgQueue:Retention:Succeeded (00:00:59) must be from 00:01:00 to 3660.00:00:00, or Infinite.")]
    [TestCase("00:01:00", "3660.00:00:01", ExpectedResult = "PgQueue:Retention:Failed (3660.00:00:01) must be from 00:01:00 to 3660.00:00:00, or Infinite.")]
    [TestCase("2.00:00:00", "1.00:00:00", ExpectedResult = "PgQueue:Retention:Failed (1.00:00:00) must not be below PgQueue:Retention:Succeeded (2.00:00:00), the age at which whole partitions go. Lower that one, and raise those of what is to be kept longer.")]
    [TestCase(Infinite, "1.00:00:00", ExpectedResult = "PgQueue:Retention:Failed (1.00:00:00) must not be below PgQueue:Retention:Succeeded (Infinite), the age at which whole partitions go. Lower that one, and raise those of what is to be kept longer.")]
    [TestCase("00:01:00", "00:01:00", ExpectedResult = "")]
    [TestCase("1.00:00:00", Infinite, ExpectedResult = "")]
    [TestCase(Infinite, Infinite, ExpectedResult = "")]
    public string C116_Nothing_is_kept_for_less_than_what_succeeded(string succeeded, string failed) =>
        Errors(o => (o.Retention.Succeeded, o.Retention.Failed) = (Span(succeeded), Span(failed)));

    [TestCase("12:00:00", "14.00:00:00", ExpectedResult = "PgQueue:Queues:mail:Retention:Succeeded (12:00:00) must not be below PgQueue:Retention:Succeeded (1.00:00:00), the age at which whole partitions go. Lower that one, and raise those of what is to be kept longer.")]
    [TestCase("1.00:00:00", "12:00:00", ExpectedResult = "PgQueue:Queues:mail:Retention:Failed (12:00:00) must not be below PgQueue:Retention:Succeeded (1.00:00:00), the age at which whole partitions go. Lower that one, and raise those of what is to be kept longer.")]
    [TestCase("1.00:00:00", "3661.00:00:00", ExpectedResult = "PgQueue:Queues:mail:Retention:Failed (3661.00:00:00) must be from 00:01:00 to 3660.00:00:00, or Infinite.")]
    [TestCase("30.00:00:00", "1.00:00:00", ExpectedResult = "")]
    [TestCase(Infinite, Infinite, ExpectedResult = "")]
    public string A_queue_keeps_nothing_for_less_than_what_succeeded_elsewhere(string succeeded, string failed) => Errors(o =>
        o.Queues = Queues("mail", new QueueOptions { Retention = new QueueRetentionOptions { Succeeded = Span(succeeded), Failed = Span(failed) } }));

    [TestCase(1023, ExpectedResult = "PgQueue:Payload:MaxBytes (1023) must be from 1024 to 10485760.")]
    [TestCase(10_485_761, ExpectedResult = "PgQueue:Payload:MaxBytes (10485761) must be from 1024 to 10485760.")]
    [TestCase(int.MaxValue, ExpectedResult = "PgQueue:Payload:MaxBytes (2147483647) must be from 1024 to 10485760.")]
    [TestCase(10_485_760, ExpectedResult = "")]
    public string C118_A_payload_limit_is_from_1_KiB_to_10_MiB(int bytes) => Errors(o => o.Payload.MaxBytes = bytes);

    [TestCase("00:00:00.009", ExpectedResult = "PgQueue:Timeout (00:00:00.009) must be from 00:00:00.01 to 20.00:00:00, or Infinite.")]
    [TestCase("20.00:00:00.001", ExpectedResult = "PgQueue:Timeout (20.00:00:00.001) must be from 00:00:00.01 to 20.00:00:00, or Infinite.")]
    [TestCase("20.00:00:00", ExpectedResult = "")]
    [TestCase(Infinite, ExpectedResult = "")]
    public string A_timeout_is_from_10_ms_to_20_days_or_infinite(string timeout) => Errors(o => o.Timeout = Span(timeout));

    [TestCase("00:00:01.999", "00:00:00.2", ExpectedResult = "PgQueue:Lease:Duration (00:00:01.999) must be from 00:00:02 to 01:00:00.")]
    [TestCase("01:00:00.001", "00:20:00", ExpectedResult = "PgQueue:Lease:Duration (01:00:00.001) must be from 00:00:02 to 01:00:00.")]
    [TestCase("01:00:00", "00:20:00.001", ExpectedResult = "PgQueue:Lease:RenewEvery (00:20:00.001) must be from 00:00:00.2 to 00:20:00.")]
    [TestCase("00:00:02", "00:00:00.199", ExpectedResult = "PgQueue:Lease:RenewEvery (00:00:00.199) must be from 00:00:00.2 to 00:20:00.")]
    public string A_lease_is_from_2_seconds_to_1_hour(string duration, string renewEvery) =>
        Errors(o => (o.Lease.RenewEvery, o.Lease.Duration) = (Span(renewEvery), Span(duration)));

    [Test]
    public void Shutdown_times_have_limits() => Assert.That(
        Errors(o => (o.Shutdown.DrainTimeout, o.Shutdown.CancelTimeout) = (Span("1.00:00:01"), Span("-00:00:01"))),
        Is.EqualTo("PgQueue:Shutdown:DrainTimeout (1.00:00:01) must be from 00:00:00 to 1.00:00:00.|PgQueue:Shutdown:CancelTimeout (-00:00:01) must be from 00:00:00 to 01:00:00."));

    [TestCase("")]
    [TestCase("Default")]
    [TestCase("a b")]
    [TestCase("a\n")]
    [TestCase("ı")]
    [TestCase("a/b")]
    public void A_queue_name_is_lower_case_ascii(string name) =>
        Assert.That(Errors(o => o.Queues = Queues(name, new QueueOptions())), Does.StartWith("PgQueue:Queues: \"").And.EndsWith("is no queue name. It must be 1 to 64 of a-z 0-9 . _ : -"));

    [Test]
    public void A_queue_name_has_64_characters_at_most() => Assert.Multiple(() =>
    {
        Assert.That(QueueRules.IsName(new string('a', 64)), Is.True);
        Assert.That(QueueRules.IsName(new string('a', 65)), Is.False);
    });

    [Test]
    public void A_group_or_queue_set_to_null_in_code_is_an_error() => Assert.That(
        Errors(o => (o.Queues, o.Lease) = (Queues("default", null!), null!)),
        Is.EqualTo("PgQueue:Queues:default must not be null.|PgQueue:Lease must not be null."));

    [Test]
    public void A_handlers_own_settings_are_checked_and_named_by_its_route() => Assert.That(
        HandlerRules.Check(new HandlerOptions { Timeout = TimeSpan.Zero, Retry = new RetryOptions { MaxAttempts = 0 } }, "send-receipt"),
        Is.EqualTo(new[]
        {
            "handler 'send-receipt': Timeout (00:00:00) must be from 00:00:00.01 to 20.00:00:00, or Infinite.",
            "handler 'send-receipt': Retry:MaxAttempts (0) must be from 1 to 1000.",
        }));

    [TestCase("Timeout", "00:00:00.05", ExpectedResult = "PgQueue:Health:Timeout (00:00:00.05) must be from 00:00:00.1 to 00:01:00.")]
    [TestCase("CacheFor", "00:10:01", ExpectedResult = "PgQueue:Health:CacheFor (00:10:01) must be from 00:00:00 to 00:10:00.")]
    [TestCase("OverdueAfter", "00:00:01", ExpectedResult = "PgQueue:Health:OverdueAfter (00:00:01) must be from 00:00:05 to 365.00:00:00, or Infinite.")]
    [TestCase("HorizonAge", Infinite, ExpectedResult = "")]
    public string A_health_threshold_has_a_range(string option, string value) =>
        Errors(o => typeof(PgQueueHealthOptions).GetProperty(option)!.SetValue(o.Health, Span(value)));

    [Test]
    public void A_queue_is_degraded_before_it_is_unhealthy() => Assert.That(
        Errors(o =>
        {
            o.Health.FailedPerHour = -1;
            o.Health.Queues = new Dictionary<string, QueueHealthOptions>(StringComparer.Ordinal) { ["reports"] = new() { UnhealthyReadyAge = Span("00:01:00") } };
        }),
        Is.EqualTo("PgQueue:Health:Queues:reports:DegradedReadyAge (00:05:00) must not be above PgQueue:Health:Queues:reports:UnhealthyReadyAge (00:01:00)."
            + "|PgQueue:Health:FailedPerHour (-1) must be from 0 to 1000000000."));

    private static string Errors(Action<PgQueueOptions> set)
    {
        var options = new PgQueueOptions();
        set(options);
        return string.Join('|', PgQueueRules.Check(options, "PgQueue"));
    }

    private static Dictionary<string, QueueOptions> Queues(string name, QueueOptions options) => new(StringComparer.Ordinal) { [name] = options };

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
