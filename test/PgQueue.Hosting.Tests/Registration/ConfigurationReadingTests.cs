using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PgQueue.Tests.Registration;

[Parallelizable(ParallelScope.Children)]
internal sealed class ConfigurationReadingTests
{
    [Test]
    public void Every_setting_is_read()
    {
        using var host = Json.Host(
            """
            {
              "PgQueue": {
                "ConnectionString": "Host=h", "Schema": "jobs", "Migrate": "validate", "Timeout": "Infinite", "Notifications": "Off",
                "Queues": { "default": { "Concurrency": 7 }, "reports": { "Concurrency": "2", "Timeout": "00:05:00", "Retention": { "Succeeded": "60.00:00:00", "Failed": "Infinite" } }, "plain": {} },
                "Retry": { "MaxAttempts": 9, "BaseDelay": "00:00:02", "MaxDelay": "02:00:00", "Jitter": "Full" },
                "Lease": { "Duration": "00:01:00", "RenewEvery": "00:00:11", "MaxCrashes": 4 },
                "Shutdown": { "DrainTimeout": "00:00:10", "CancelTimeout": "00:00:01" },
                "Polling": { "Busy": "00:00:00.5", "Idle": "00:00:06" },
                "Payload": { "MaxBytes": 2048 },
                "Retention": { "Succeeded": "30.00:00:00", "Failed": "31.00:00:00", "Strategy": "archive" },
                "Health": {
                  "Timeout": "00:00:02", "CacheFor": "00:00:10", "FailingAfter": "00:01:00", "StalledAfter": "00:03:00", "DegradedReadyAge": "00:06:00",
                  "UnhealthyReadyAge": "01:00:00", "Queues": { "reports": { "DegradedReadyAge": "02:00:00", "UnhealthyReadyAge": "Infinite" } },
                  "FailedPerHour": 7, "DeferredAge": "00:07:00", "OverdueAfter": "00:08:00", "HorizonAge": "00:09:00", "DeadRows": 30000, "ClockSkew": "00:00:03"
                }
              }
            }
            """,
            static services => services.AddPgQueue());
        var options = host.OptionsOf();
        Assert.Multiple(() =>
        {
            Assert.That((options.ConnectionString, options.Schema, options.Migrate, options.Notifications), Is.EqualTo(("Host=h", "jobs", MigrateMode.Validate, NotificationMode.Off)));
            Assert.That(options.Timeout, Is.EqualTo(Timeout.InfiniteTimeSpan));
            Assert.That(options.Queues!.Keys, Is.EquivalentTo(new[] { "default", "reports", "plain" }));
            Assert.That((options.Queues["default"].Concurrency, options.Queues["default"].Timeout), Is.EqualTo((7, (TimeSpan?)null)));
            Assert.That((options.Queues["reports"].Concurrency, options.Queues["reports"].Timeout), Is.EqualTo((2, (TimeSpan?)TimeSpan.FromMinutes(5))));
            Assert.That(options.Queues["plain"].Concurrency, Is.EqualTo(20));
            Assert.That((options.Retry.MaxAttempts, options.Retry.BaseDelay, options.Retry.MaxDelay, options.Retry.Jitter), Is.EqualTo((9, TimeSpan.FromSeconds(2), TimeSpan.FromHours(2), Jitter.Full)));
            Assert.That((options.Lease.Duration, options.Lease.RenewEvery, options.Lease.MaxCrashes), Is.EqualTo((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(11), 4)));
            Assert.That((options.Shutdown.DrainTimeout, options.Shutdown.CancelTimeout), Is.EqualTo((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1))));
            Assert.That((options.Polling.Busy, options.Polling.Idle), Is.EqualTo((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(6))));
            Assert.That(options.Payload.MaxBytes, Is.EqualTo(2048));
            Assert.That(
                (options.Retention.Succeeded, options.Retention.Failed, options.Retention.Strategy),
                Is.EqualTo((TimeSpan.FromDays(30), TimeSpan.FromDays(31), RetentionStrategy.Archive)));
            var reports = options.Queues["reports"].Retention!;
            Assert.That((reports.Succeeded, reports.Failed), Is.EqualTo(((TimeSpan?)TimeSpan.FromDays(60), (TimeSpan?)Timeout.InfiniteTimeSpan)));
            var health = options.Health;
            Assert.That(
                (health.Timeout, health.CacheFor, health.FailingAfter, health.StalledAfter, health.DegradedReadyAge, health.UnhealthyReadyAge),
                Is.EqualTo((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(6), TimeSpan.FromHours(1))));
            Assert.That(
                (health.Queues!["reports"].DegradedReadyAge, health.Queues["reports"].UnhealthyReadyAge),
                Is.EqualTo(((TimeSpan?)TimeSpan.FromHours(2), (TimeSpan?)Timeout.InfiniteTimeSpan)));
            Assert.That(
                (health.FailedPerHour, health.DeferredAge, health.OverdueAfter, health.HorizonAge, health.DeadRows, health.ClockSkew),
                Is.EqualTo(((int?)7, TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(9), 30_000, TimeSpan.FromSeconds(3))));
        });
    }

    [TestCase("""{ "Queues": {} }""", ExpectedResult = 0)]
    [TestCase("""{ "Queues": [] }""", ExpectedResult = 0)]
    [TestCase("""{ "Queues": { "default": {} } }""", ExpectedResult = 1)]
    [TestCase("{}", ExpectedResult = null)]
    public int? C112_Queues_left_out_is_null_and_queues_present_but_empty_is_no_queue(string section)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, Json.With(section));
        try
        {
            var services = new ServiceCollection();
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonFile(path).Build());
            services.AddPgQueue();
            using var provider = services.BuildServiceProvider();
            return provider.GetRequiredService<IOptions<PgQueueOptions>>().Value.Queues?.Count;
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("""{ "Retry": { "MaxAttemps": 3 } }""", ExpectedResult = "PgQueue:Retry:MaxAttemps is no setting. Did you mean PgQueue:Retry:MaxAttempts?")]
    [TestCase("""{ "Shema": "jobs" }""", ExpectedResult = "PgQueue:Shema is no setting. Did you mean PgQueue:Schema?")]
    [TestCase("""{ "MaxAttempts": 3 }""", ExpectedResult = "PgQueue:MaxAttempts is no setting. Did you mean PgQueue:Retry:MaxAttempts?")]
    [TestCase("""{ "Concurrency": 3 }""", ExpectedResult = "PgQueue:Concurrency is no setting. Did you mean PgQueue:Queues:<name>:Concurrency?")]
    [TestCase("""{ "Retry": { "Elephant": { "a": 1 } } }""", ExpectedResult = "PgQueue:Retry:Elephant is no setting. PgQueue:Retry may hold MaxAttempts, BaseDelay, MaxDelay, Jitter.")]
    [TestCase("""{ "Queues": { "any.name": { "Concurency": 3 } } }""", ExpectedResult = "PgQueue:Queues:any.name:Concurency is no setting. Did you mean PgQueue:Queues:any.name:Concurrency?")]
    [TestCase("""{ "Biling": { "Schema": "b" } }""", ExpectedResult = "PgQueue:Biling is no setting. Did you mean PgQueue:billing?")]
    [TestCase("""{ "Retry": { "Policy": "x" } }""", ExpectedResult = "PgQueue:Retry:Policy can be set in code only.")]
    [TestCase("""{ "Payload": { "Json": {} } }""", ExpectedResult = "PgQueue:Payload:Json can be set in code only.")]
    [TestCase("""{ "Timeout": { "Value": 1 } }""", ExpectedResult = "PgQueue:Timeout:Value is no setting: PgQueue:Timeout takes one value.")]
    public string C91_A_key_that_is_no_setting_is_an_error(string section) => string.Join('|', Json.StartErrors(Json.With(section), AddTwo));

    [TestCase("""{ "Queues": { "default": { "Concurrency": "many" } } }""", ExpectedResult = "PgQueue:Queues:default:Concurrency (\"many\") must be a whole number.")]
    [TestCase("""{ "Lease": { "Duration": 30 } }""", ExpectedResult = "PgQueue:Lease:Duration (\"30\") must be a duration, as 00:00:30 for 30 seconds or 14.00:00:00 for 14 days.")]
    [TestCase("""{ "Migrate": "Always" }""", ExpectedResult = "PgQueue:Migrate (\"Always\") must be one of Auto, Validate, Off.")]
    [TestCase("""{ "Retry": { "Jitter": "NaN" } }""", ExpectedResult = "PgQueue:Retry:Jitter (\"NaN\") must be one of None, Equal, Full.")]
    [TestCase("""{ "Retry": "none" }""", ExpectedResult = "PgQueue:Retry is a section and takes no value of its own. It may hold MaxAttempts, BaseDelay, MaxDelay, Jitter.")]
    [TestCase("""{ "Queues": "default" }""", ExpectedResult = "PgQueue:Queues (\"default\") must be a section with one key for each name.")]
    [TestCase("""{ "Queues": [ "default" ] }""", ExpectedResult = "PgQueue:Queues:0 is a section and takes no value of its own. It may hold Concurrency, Timeout, CaptureLogs, Retention.")]
    [TestCase("""{ "Schema": null, "Timeout": null, "Retry": null }""", ExpectedResult = "")]
    public string A_value_that_cannot_be_read_is_an_error_with_its_path_and_null_is_the_default(string section) =>
        string.Join('|', Json.StartErrors(Json.With(section), AddTwo));

    [Test]
    public void A_section_given_as_a_connection_string_is_an_error_that_does_not_show_it() =>
        Assert.That(Json.StartErrors(Json.With("\"Host=h;Password=s3cret\"")).Single(), Does.StartWith("PgQueue is a section").And.Not.Contain("s3cret"));

    [Test]
    public void A_section_is_unread_when_every_queue_has_a_name() => Assert.That(
        Json.StartErrors(
            """{ "ConnectionStrings": { "billing": "Host=h" }, "PgQueue": { "Schema": "x", "biling": {}, "billing": { "Schema": "y" } } }""",
            static services => services.AddPgQueue("billing")),
        Is.EquivalentTo(new[]
        {
            "PgQueue:Schema belongs to no queue: the queues added are PgQueue:billing.",
            "PgQueue:biling belongs to no queue: the queues added are PgQueue:billing. Did you mean PgQueue:billing?",
        }));

    private static void AddTwo(IServiceCollection services)
    {
        services.AddPgQueue();
        services.AddPgQueue("billing", static o => o.ConnectionString = "Host=h");
    }
}
