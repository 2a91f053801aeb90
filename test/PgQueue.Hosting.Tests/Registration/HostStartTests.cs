using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Registration;

/// <summary>How a host starts on databases that are well, empty, away, or shared.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HostStartTests
{
    [Test]
    public async Task An_empty_database_is_migrated_at_start_by_many_hosts_at_once()
    {
        var database = await TestDatabase.CreateAsync();
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestHost.StartAsync(database, static q => q.OnWork())));
        await hosts[0].Client.UntilAsync((await hosts[1].Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    [Test]
    public async Task Validate_refuses_an_empty_database_and_says_why()
    {
        var host = TestHost.Build(await TestDatabase.CreateAsync(), static q => q.OnWork(), static o => o.Migrate = MigrateMode.Validate);
        await using var disposal = host;
        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<SchemaVersionException>().With.Message.Contains("Migrate"));
    }

    [Test]
    public async Task A_role_that_may_not_create_the_schema_stops_the_start_and_hears_of_the_script()
    {
        var database = await TestDatabase.CreateAsync();
        var role = $"r{Guid.NewGuid():N}";
        await TestDatabase.ExecuteAsync(database, $"create role {role} login password 'p'");
        var host = TestHost.Build(new NpgsqlConnectionStringBuilder(database) { Username = role, Password = "p" }.ConnectionString, static q => q.OnWork());
        await using var disposal = host;
        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<PgQueueException>()
            .With.Message.Contains("GetScript()").And.Message.Contains("Migrate to Validate").And.Message.Not.Contains("GetGrantsScript"));
    }

    [Test]
    public async Task A_host_starts_without_its_server_says_so_once_and_recovers()
    {
        var database = await TestDatabase.CreateAsync();
        await using var proxy = new TcpProxy(database);
        proxy.Refuse();
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, static q => q.OnWork());
        await Signals.UntilAsync(() => host.Log.Count(102) > 0, "it says so");
        proxy.Heal();
        await Signals.UntilAsync(() => host.Log.Count(201) > 0, "the worker registers");
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(host.Log.Count(102), Is.EqualTo(1), host.Log.All);
    }

    [Test]
    public async Task C92_A_wrong_password_is_said_once_without_the_password_and_mended_by_the_operator()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var role = $"r{Guid.NewGuid():N}";
        await TestDatabase.ExecuteAsync(database, $"create role {role} superuser nologin");
        var settings = new NpgsqlConnectionStringBuilder(database) { Username = role, Password = "s3cret-pass" };
        await using var host = await TestHost.StartAsync(settings.ConnectionString, static q => q.OnWork());
        Assert.That(host.Log.Count(102), Is.EqualTo(1), host.Log.All);
        Assert.That(host.Log.All, Does.Not.Contain("s3cret-pass"));
        await TestDatabase.ExecuteAsync(database, $"alter role {role} login password 's3cret-pass'");
        await Signals.UntilAsync(() => host.Log.Count(201) > 0, "the worker registers");
        await host.StopAsync();
    }

    [Test]
    public async Task A_missing_database_is_said_again_every_few_minutes_and_an_enqueue_fails_at_once()
    {
        var missing = new NpgsqlConnectionStringBuilder(await TestDatabase.CreateAsync()) { Database = "nobody_made_this" }.ConnectionString;
        await using var host = await TestHost.StartAsync(missing, static q => q.OnWork(), services: static s => s.AddSingleton<TimeProvider>(new Hurry()));
        await Signals.UntilAsync(() => host.Log.Count(102) > 2, "it says so again");
        Assert.That(async () => await host.Client.EnqueueAsync(new Work("a")), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo("3D000"));
    }

    [TestCase("28P01")]
    [TestCase("28000")]
    [TestCase("3D000")]
    public void A_refused_login_and_a_missing_database_are_no_reason_to_wait(string state) => Assert.That(
        PgQueue.Storage.StorageErrors.Classify(new PostgresException("no", "FATAL", "FATAL", state), sent: false), Is.EqualTo(PgQueue.Storage.CommitOutcome.Refused));

    [Test]
    public async Task Two_queues_in_one_process_each_have_a_client_and_do_not_see_each_other([Values] bool sameDatabase)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var second = sameDatabase ? database : await TestDatabase.CreateMigratedAsync();
        var first = Signals.New<string>();
        var other = Signals.New<int>();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork((work, _, _) =>
        {
            first.TrySetResult(work.Name);
            return Task.CompletedTask;
        }), services: s => s.AddPgQueue("billing", o =>
        {
            o.ConnectionString = TestHost.Pooled(second);
            o.Schema = sameDatabase ? "billing" : "pgqueue";
        }).On<Errand>((errand, _, _) =>
        {
            other.TrySetResult(errand.Number);
            return Task.CompletedTask;
        }));
        var billing = host.Services.GetRequiredKeyedService<IJobClient>("billing");
        var job = (await billing.EnqueueAsync(new Errand(7))).JobId;
        await host.Client.EnqueueAsync(new Work("mine"));
        Assert.That((await Signals.Of(first, "the first queue"), await Signals.Of(other, "the second queue")), Is.EqualTo(("mine", 7)));
        await billing.UntilAsync(job, JobState.Succeeded);
        Assert.That(await host.Client.GetAsync(job), Is.Null);
        Assert.That((await billing.GetStatsAsync()).Workers, Is.EqualTo(1));
    }

    [Test]
    public async Task The_driver_does_not_log_the_statements_of_a_queue_with_a_connection_string()
    {
        var categories = new ConcurrentQueue<string>();
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.OnWork(), services: s => s.AddSingleton<ILoggerProvider>(new Categories(categories)));
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(categories, Has.Member("PgQueue.Worker").And.None.StartsWith("Npgsql"));
    }

    [Test]
    public async Task A_host_without_handlers_or_without_queues_starts_no_worker_and_enqueues([Values] bool handlers)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q =>
        {
            if (handlers)
                q.OnWork();
        }, o =>
        {
            if (handlers)
                o.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal);
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await using var session = await Session.OpenAsync(database);
        Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/worker"), Is.Zero);
        Assert.That((await host.Client.GetAsync(id))!.State, Is.EqualTo(JobState.Ready));
        Assert.That(host.Log.Count(201), Is.Zero);
    }

    [Test]
    public async Task The_client_works_before_the_host_starts_if_the_schema_is_there()
    {
        var host = TestHost.Build(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        await using var disposal = host;
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await host.StartAsync();
        await host.Client.UntilAsync(id, JobState.Succeeded);
    }

    [Test]
    public async Task The_client_says_what_is_missing_if_the_schema_is_not_there()
    {
        var host = TestHost.Build(await TestDatabase.CreateAsync());
        await using var disposal = host;
        Assert.That(async () => await host.Client.EnqueueAsync(new Work("a")), Throws.InstanceOf<PgQueueException>().With.Message.Contains("Migrate = Auto"));
        Assert.That(async () => await host.Client.GetAsync(Guid.NewGuid()), Throws.InstanceOf<PgQueueException>().With.Message.Contains("Migrate = Auto"));
        Assert.That(async () => await host.Client.GetStatsAsync(), Throws.InstanceOf<PgQueueException>().With.Message.Contains("Migrate = Auto"));
        Assert.That(async () => await host.Client.CancelAsync(Guid.NewGuid()), Throws.InstanceOf<PgQueueException>().With.Message.Contains("Migrate = Auto"));
    }

    private sealed class Categories(ConcurrentQueue<string> names) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName)
        {
            names.Enqueue(categoryName);
            return NullLogger.Instance;
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Every look at this clock takes ten minutes; its timers are true.</summary>
    private sealed class Hurry : TimeProvider
    {
        private long _looks;

        public override long GetTimestamp() => base.GetTimestamp() + (Interlocked.Increment(ref _looks) * TimestampFrequency * 600);
    }
}
