using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using PgQueue.Tests.Storage;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.Tests.Health;

/// <summary>What the checks say while the database, the network or the registration is in trouble.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class OutageTests
{
    private const string Secret = "hunter2secret";

    [Test]
    public async Task A_stopped_server_makes_the_process_unready_but_not_dead_and_heals_by_itself()
    {
        await using var server = await ThrowawayServer.StartAsync();
        var database = WithPassword(await server.CreateDatabaseAsync());
        await using var host = await HealthHost.StartAsync(database, static q => q.OnWork(), options: TestHost.ShortLease);
        await host.UntilAsync(HealthStatus.Healthy);
        await server.StopAsync(ThrowawayStopMode.Immediate);
        var entry = await host.UntilAsync(HealthStatus.Unhealthy, "The database cannot be reached: ");
        AssertSilent(entry, server);
        entry = await host.UntilAsync(HealthStatus.Unhealthy, "This process has lost its lease and runs no jobs");
        Assert.That(entry.Description, Does.StartWith("The database cannot be reached: the server refuses connections; start it, or check Host and Port."));
        AssertSilent(entry, server);
        Assert.That((await host.LiveAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        await server.StartAgainAsync();
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task A_host_that_starts_without_a_database_is_alive_and_not_ready()
    {
        await using var server = await ThrowawayServer.StartAsync();
        var database = WithPassword(server.ConnectionString("not_there_yet"));
        await using var host = await HealthHost.StartAsync(database, static q => q.OnWork());
        var entry = await host.UntilAsync(HealthStatus.Unhealthy, "the database does not exist; create it, or check its name");
        AssertSilent(entry, server);
        Assert.That((await host.LiveAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        await server.CreateDatabaseAsync("not_there_yet");
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task A_database_that_hangs_gives_an_answer_in_time_and_later_probes_ask_no_second_time()
    {
        await using var proxy = new TcpProxy(await TestDatabase.CreateMigratedAsync());
        await using var host = await HealthHost.StartAsync(proxy.ConnectionString, health: static o => o.Timeout = TimeSpan.FromSeconds(1));
        await host.UntilAsync(HealthStatus.Healthy);
        proxy.Blackhole();
        var started = TimeProvider.System.GetTimestamp();
        var entries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.ReadyAsync()));
        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.That(entries.Select(e => e.Description).Distinct().Single(), Does.StartWith("The database cannot be reached: no answer within 1 second; look at "));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That((await host.LiveAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        proxy.Heal();
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task An_exhausted_pool_is_named_as_a_possible_cause()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = true, MaxPoolSize = 1 }.ConnectionString);
        await using var host = await HealthHost.StartAsync(
            database, health: static o => o.Timeout = TimeSpan.FromMilliseconds(500), options: static o => o.ConnectionString = null, services: s => s.AddSingleton(source));
        await host.UntilAsync(HealthStatus.Healthy);
        await using var taken = await source.OpenConnectionAsync();
        await host.UntilAsync(HealthStatus.Unhealthy, "whether every connection of the pool is in use");
    }

    [Test]
    public async Task A_worker_whose_row_is_deleted_and_that_cannot_register_runs_no_jobs_and_says_why()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, static q => q.OnWork(), options: TestHost.ShortLease);
        await host.UntilAsync(HealthStatus.Healthy);
        await TestDatabase.ExecuteAsync(database, """
            create function refuse() returns trigger language plpgsql as $$ begin raise insufficient_privilege; end $$;
            create trigger refuse before insert on pgqueue.worker for each row execute function refuse();
            delete from pgqueue.worker;
            """);
        var entry = await host.UntilAsync(HealthStatus.Unhealthy, "This process has lost its lease and runs no jobs because the role may not do this; grant it what PgQueueSchema.GetGrantsScript() lists");
        Assert.That(entry.Description, Does.Contain("it registers again by itself").And.Contains("event 203"));
        await TestDatabase.ExecuteAsync(database, "drop trigger refuse on pgqueue.worker");
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task Claims_and_loops_that_fail_are_told_with_their_cause()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, static q => q.OnWork(), static o => o.FailingAfter = TimeSpan.FromMilliseconds(100));
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        await TestDatabase.ExecuteAsync(database, "alter function pgqueue.claim_jobs rename to claim_jobs_away; alter function pgqueue.promote rename to promote_away");
        await host.Client.EnqueueAsync(new Work("b"));
        HealthReportEntry entry = default;
        await Signals.UntilAsync(
            async () => (entry = await host.ReadyAsync()).Description is { } text && text.Contains("The loop 'promoter' has failed for ", StringComparison.Ordinal)
                && text.Contains("Claims and outcomes", StringComparison.Ordinal),
            () => Task.FromResult($"{entry.Status}: {entry.Description}\n{host.Log.All}"));
        Assert.That(entry.Description, Does.StartWith("Claims and outcomes of this process have failed for ").And.Contains("because the server says 42883").And.Contains("event 305"));
        Assert.That((await host.LiveAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        await TestDatabase.ExecuteAsync(database, "alter function pgqueue.claim_jobs_away rename to claim_jobs; alter function pgqueue.promote_away rename to promote");
        await host.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task Notifications_that_do_not_arrive_are_degraded_unless_they_are_switched_off()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        // the self-test's own notification goes to a channel that nobody listens on
        await using var source = NpgsqlDataSource.Create(TestHost.Pooled(database));
        await TestDatabase.ExecuteAsync(database, "create schema shadow; create function shadow.pg_notify(text, text) returns void language sql as 'select'");
        var shadowed = new NpgsqlConnectionStringBuilder(database) { SearchPath = "shadow, pg_catalog" }.ConnectionString;
        await using var host = await HealthHost.StartAsync(shadowed, static q => q.OnWork());
        await using var off = await HealthHost.StartAsync(shadowed, static q => q.OnWork(), options: static o => o.Notifications = NotificationMode.Off);
        var entry = await host.UntilAsync(HealthStatus.Degraded, "Notifications do not arrive, so this process polls every 200 milliseconds: ");
        Assert.That(entry.Description, Does.Contain("or set PgQueue:Notifications to Off"));
        await off.UntilAsync(HealthStatus.Healthy);
    }

    [Test]
    public async Task The_status_of_a_failure_is_the_registered_one_and_a_queue_nobody_added_is_one()
    {
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), services: static s => s.AddHealthChecks().AddPgQueue(queue: "billing", failureStatus: HealthStatus.Degraded));
        var entry = await host.CheckAsync("pgqueue-billing");
        Assert.That((entry.Status, entry.Description), Is.EqualTo((HealthStatus.Degraded, "There is no queue 'billing' to check: call services.AddPgQueue(\"billing\"), or name another queue.")));
    }

    [Test]
    public async Task A_named_queue_has_a_check_of_its_own()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, services: s =>
        {
            s.AddPgQueue("billing", o => (o.ConnectionString, o.Schema) = (TestHost.Pooled(database), "billing")).OnWork();
            s.AddHealthChecks().AddPgQueue().AddPgQueue(queue: "billing");
        });
        await Signals.UntilAsync(async () => (await host.CheckAsync("pgqueue-billing")).Status == HealthStatus.Healthy, async () => (await host.CheckAsync("pgqueue-billing")).Description!);
        Assert.That((await host.CheckAsync("pgqueue-billing")).Description, Is.EqualTo("The database answers, and the queue runs jobs here."));
        Assert.That((await host.CheckAsync("pgqueue")).Description, Is.EqualTo("The database answers, and the queue takes jobs; this process runs none."));
    }

    [Test]
    public async Task A_schema_from_the_future_and_one_that_is_missing_say_what_to_do()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await HealthHost.StartAsync(database, options: static o => o.Migrate = MigrateMode.Off);
        await host.UntilAsync(HealthStatus.Healthy);
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("insert into /*schema*/migration(version, name, hash, oldest_compatible) values (999, 'future', 'x', 999)");
        await host.UntilAsync(HealthStatus.Unhealthy, "is at version 999 and needs a package that knows version 999");
        await session.RunAsync("update /*schema*/migration set oldest_compatible = 1 where version = 999");
        await host.UntilAsync(HealthStatus.Healthy);
        await session.RunAsync("delete from /*schema*/migration where version in (999, (select max(version) from /*schema*/migration where version < 999))");
        await host.UntilAsync(HealthStatus.Unhealthy, "start a host with Migrate = Auto, or apply the script of PgQueueSchema.GetScript(");
        await session.RunAsync("drop schema pgqueue cascade");
        await host.UntilAsync(HealthStatus.Unhealthy, "Schema \"pgqueue\" holds no queue: start a host with Migrate = Auto, or apply the script of PgQueueSchema.GetScript().");
    }

    private static string WithPassword(string database) => new NpgsqlConnectionStringBuilder(database) { Password = Secret, Timeout = 3 }.ConnectionString;

    private static void AssertSilent(HealthReportEntry entry, ThrowawayServer server)
    {
        var all = $"{entry.Description} {string.Join(' ', entry.Data.Select(d => $"{d.Key}={d.Value}"))} {entry.Exception}";
        Assert.That(all, Does.Not.Contain(Secret).And.Not.Contains(server.Host).And.Not.Contains(server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)).And.Not.Contains("Username"));
    }
}
