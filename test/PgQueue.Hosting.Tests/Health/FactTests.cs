using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Health;

/// <summary>What somebody should look at, each fact made in a real database.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FactTests
{
    [Test]
    public async Task A_quiet_queue_is_healthy_and_gives_its_figures()
    {
        await using var host = await HealthHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        await Signals.UntilAsync(async () => (await host.ReadyAsync()).Data.ContainsKey("worker.id"), () => Task.FromResult("not registered"));
        var entry = await host.UntilAsync(HealthStatus.Healthy);
        Assert.That(entry.Description, Is.EqualTo("The database answers, and the queue runs jobs here."));
        Assert.That(entry.Data.Keys, Is.SupersetOf(new[]
        {
            "database.reachable", "database.answer_ms", "schema.version", "process.state", "worker.id", "worker.lease_left_s", "loops.failing",
            "workers.live", "deferred", "schedules.overdue", "failed.last_hour", "horizon.holders", "ready.dead_rows", "clock.ahead_s",
        }));
        Assert.That(entry.Data["workers.live"], Is.EqualTo(1));
    }

    [Test]
    public async Task A_process_that_only_enqueues_is_healthy_without_a_worker()
    {
        await using var host = await HealthHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var entry = await host.ReadyAsync();
        Assert.That((entry.Status, entry.Data["process.state"]), Is.EqualTo((HealthStatus.Healthy, "EnqueueOnly")), entry.Description);
    }

    [Test]
    public async Task An_old_ready_job_degrades_its_queue_and_says_that_nobody_works_on_it()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database);
        await using var strict = await HealthHost.StartAsync(database, health: static o => o.UnhealthyReadyAge = TimeSpan.FromHours(1));
        await using var patient = await HealthHost.StartAsync(database, health: static o =>
            o.Queues = new Dictionary<string, QueueHealthOptions>(StringComparer.Ordinal) { ["reports"] = new() { DegradedReadyAge = TimeSpan.FromDays(1) } });
        await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Queue = "reports" });
        Assert.That((await host.ReadyAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        await TestDatabase.ExecuteAsync(database, "update pgqueue.job set created_at = now() - interval '3 hours'");
        const string Text = "The oldest ready job of queue 'reports' has waited for 3 hours: no live process works on it, so start one, or add it to PgQueue:Queues of one.";
        Assert.That((await host.ReadyAsync()).Description, Is.EqualTo(Text));
        Assert.That((await host.ReadyAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(((await strict.ReadyAsync()).Status, (await strict.ReadyAsync()).Description), Is.EqualTo((HealthStatus.Unhealthy, Text)));
        Assert.That((await patient.ReadyAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_paused_queue_and_a_paused_type_are_told_as_such()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        await producer.Admin.PauseTypeAsync("errand");
        await using var host = await HealthHost.StartAsync(database, static q => q.OnWork(), health: static o => o.UnhealthyReadyAge = TimeSpan.FromHours(1));
        await producer.Client.EnqueueAsync(new Errand(1));
        await Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Deferred == 1, () => Task.FromResult("not put aside"));
        await producer.Admin.PauseQueueAsync("default");
        await producer.Client.EnqueueAsync(new Work("a"));
        await TestDatabase.ExecuteAsync(database, "update pgqueue.job set created_at = now() - interval '3 hours'");
        var entry = await host.UntilAsync(HealthStatus.Degraded, "The oldest ready job of queue 'default' has waited for 3 hours: the queue is paused;");
        Assert.That(entry.Description, Does.Not.Contain("no handler"));
    }

    [Test]
    public async Task A_job_that_was_tried_before_does_not_count_from_its_enqueue()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, options: static o => o.Retry.MaxDelay = TimeSpan.FromHours(1));
        await host.Client.EnqueueAsync(new Work("a"));
        await TestDatabase.ExecuteAsync(database, """
            update pgqueue.job set created_at = now() - interval '2 days';
            update pgqueue.ready set attempt = 1;
            insert into pgqueue.attempt(lease_id, job_id, finished_at, attempt, outcome, lane) select 1, job_id, now() - interval '30 minutes', 1, 3, lane from pgqueue.ready;
            """);
        Assert.That((await host.ReadyAsync()).Status, Is.EqualTo(HealthStatus.Healthy), "its retry may have been due a moment ago");
        await TestDatabase.ExecuteAsync(database, "update pgqueue.attempt set finished_at = now() - interval '4 hours'");
        Assert.That((await host.ReadyAsync()).Description, Does.Contain("queue 'default' has waited for 3 hours"));
    }

    [Test]
    public async Task Jobs_without_a_handler_are_named_by_type()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, static q => q.OnWork());
        await using var producer = await TestHost.StartAsync(database);
        await producer.Client.EnqueueManyAsync([new NewJob(new Errand(1)), new NewJob(new Errand(2))]);
        await Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Deferred == 2, () => Task.FromResult("not deferred"));
        Assert.That((await host.UntilAsync(HealthStatus.Healthy)).Data["deferred"], Is.EqualTo(2));
        await TestDatabase.ExecuteAsync(database, "update pgqueue.job set created_at = now() - interval '10 minutes'");
        await host.UntilAsync(
            HealthStatus.Degraded, "2 jobs of type 'errand' found no handler, the oldest for 10 minutes: start a process that has one, add the old name to its Aliases, or cancel them.");
    }

    [Test]
    public async Task A_schedule_that_nobody_fires_is_named()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database);
        await host.Schedules.AddOrUpdateAsync("nightly", "0 0 * * *", new Errand(1));
        Assert.That((await host.ReadyAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        await TestDatabase.ExecuteAsync(database, "update pgqueue.schedule set next_at = now() - interval '10 minutes'");
        Assert.That((await host.ReadyAsync()).Description, Is.EqualTo("Schedule 'nightly' should have run 10 minutes ago: no worker process is alive, so start one."));
        await using var worker = await TestHost.StartAsync(database, static q => q.OnWork());
        await host.UntilAsync(HealthStatus.Degraded, "start a process that has a handler for type 'errand'; events 704 and 705");
        await host.Schedules.PauseAsync("nightly");
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task Failed_jobs_of_the_last_hour_count_against_a_limit_that_is_off_by_default()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var lax = await HealthHost.StartAsync(database);
        await using var strict = await HealthHost.StartAsync(database, health: static o => o.FailedPerHour = 10);
        await TestDatabase.ExecuteAsync(database, "insert into pgqueue.counter values (date_trunc('minute', now()), 1, 4, 11), (now() - interval '2 hours', 1, 4, 5000)");
        Assert.That((await lax.ReadyAsync()).Data["failed.last_hour"], Is.EqualTo(11));
        Assert.That((await lax.ReadyAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That((await strict.ReadyAsync()).Description, Does.StartWith("11 jobs failed for good in the last hour, more than 10 jobs: "));
    }

    [Test]
    public async Task A_held_snapshot_is_named_by_pid_and_application_and_says_how_to_end_it()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, health: static o => o.HorizonAge = TimeSpan.FromSeconds(1));
        await using var holder = await Session.OpenAsync(new NpgsqlConnectionStringBuilder(database) { ApplicationName = "reporting" }.ConnectionString);
        await holder.RunAsync("begin isolation level repeatable read");
        await holder.RunAsync("select 1 from /*schema*/meta");
        var entry = await host.UntilAsync(HealthStatus.Degraded, $"(pid {holder.ProcessId}, application 'reporting', role ");
        Assert.That(entry.Description, Does.Contain("idle in transaction").And.Contains($"select pg_terminate_backend({holder.ProcessId})"));
        await holder.RunAsync("rollback");
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [TestCase(60, "ahead of")]
    [TestCase(-60, "behind")]
    [TestCase(3, null)]
    public async Task A_wrong_clock_is_a_warning(int seconds, string? where)
    {
        await using var host = await HealthHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), services: s => s.AddSingleton<TimeProvider>(new WrongClock(TimeSpan.FromSeconds(seconds))));
        var entry = await host.ReadyAsync();
        Assert.That(entry.Data["clock.ahead_s"], Is.EqualTo(seconds).Within(1.0));
        if (where is null)
            Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy), entry.Description);
        else
            Assert.That(entry.Description, Does.Match($"The clock of this process is (59|60) seconds {where} the database's: set both by NTP"));
    }

    [Test]
    public async Task Many_probes_share_one_query_and_an_answer_is_used_again()
    {
        await using var proxy = new TcpProxy(await TestDatabase.CreateMigratedAsync());
        await using var host = await HealthHost.StartAsync(proxy.ConnectionString, health: static o => o.CacheFor = TimeSpan.FromMinutes(10));
        await host.ReadyAsync();
        var before = proxy.Requests;
        var entries = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.ReadyAsync()));
        Assert.That(entries.Select(e => e.Status), Is.All.EqualTo(HealthStatus.Healthy));
        Assert.That(proxy.Requests, Is.EqualTo(before));
    }

    private sealed class WrongClock(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skew;
    }
}
