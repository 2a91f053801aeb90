using Npgsql;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Notifications;

[Parallelizable(ParallelScope.Children)]
internal sealed class WakeTests
{
    [Test]
    public async Task An_idle_worker_is_woken_by_a_notification_long_before_it_would_poll([Values] bool inTransaction)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await IdleAsync(database);
        await using var producer = await TestHost.StartAsync(database);
        await using var session = await Session.OpenAsync(database);
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            await WaitUntilIdleAsync(session);
            var id = inTransaction ? await EnqueueInAsync(database, producer) : (await producer.Client.EnqueueAsync(new Work("a"))).JobId;
            var started = TimeProvider.System.GetTimestamp();
            await producer.Client.UntilAsync(id, JobState.Succeeded);
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        TestContext.Out.WriteLine($"enqueued elsewhere to finished, ms: {string.Join(", ", times.Select(t => $"{t:F0}"))}");
        Assert.That(times[2], Is.LessThan(5000), "it polls every minute");
    }

    [Test]
    public async Task The_first_job_of_a_new_queue_priority_wakes_a_worker_that_does_not_know_it()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await IdleAsync(database);
        await using var producer = await TestHost.StartAsync(database);
        await using var session = await Session.OpenAsync(database);
        await WaitUntilIdleAsync(session);
        var started = TimeProvider.System.GetTimestamp();
        await producer.Client.UntilAsync((await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Priority = 33 })).JobId, JobState.Succeeded);
        var took = TimeProvider.System.GetElapsedTime(started);
        TestContext.Out.WriteLine($"first job of a new lane: {took.TotalMilliseconds:F0} ms");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task Without_notifications_polling_finds_the_job()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), static o => o.Notifications = NotificationMode.Off);
        await using var producer = await TestHost.StartAsync(database);
        await producer.Client.UntilAsync((await producer.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        await using var session = await Session.OpenAsync(database);
        Assert.That(await session.OneAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen%'"), Is.Zero);
        Assert.That(host.Log.Count(601) + host.Log.Count(602), Is.Zero);
    }

    [Test]
    public async Task The_same_process_wakes_its_worker_without_the_database()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork(), static o =>
        {
            o.Notifications = NotificationMode.Off;
            o.Polling.Busy = o.Polling.Idle = TimeSpan.FromMinutes(1);
        });
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("b"), new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(500) })).JobId, JobState.Succeeded);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("c"), new EnqueueOptions { Priority = 5 })).JobId, JobState.Succeeded);
    }

    [Test]
    public async Task A_listening_connection_that_was_killed_is_made_again_and_nothing_is_missed()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await IdleAsync(database);
        await using var producer = await TestHost.StartAsync(database);
        await using var session = await Session.OpenAsync(database);
        await WaitUntilIdleAsync(session);
        await session.RunAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'");
        var during = (await producer.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.UntilAsync(() => host.Log.Count(602) == 2, "it listens again");
        await producer.Client.UntilAsync(during, JobState.Succeeded);
        await producer.Client.UntilAsync((await producer.Client.EnqueueAsync(new Work("b"))).JobId, JobState.Succeeded);
    }

    [Test]
    public async Task Strange_notifications_harm_nobody()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await IdleAsync(database);
        await using var session = await Session.OpenAsync(database);
        var channel = await session.OneAsync<string>("select channel from /*schema*/meta");
        foreach (var payload in new[] { "", "!", "@", "?", "no such queue", "default", new string('x', 7999), "\u0001😀" })
            await session.RunAsync("select pg_notify($1, $2) from generate_series(1, 100)", channel, payload);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(host.Log.Count(501), Is.Zero, host.Log.All);
    }

    [Test]
    public async Task An_idle_worker_costs_at_most_two_queries_a_second()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, static q => q.OnWork(), static o => o.Polling = new PollingOptions());
        await Signals.UntilAsync(() => host.Log.Count(602) > 0, "notifications arrive");
        await using (var session = await Session.OpenAsync(database))
        {
            await WaitUntilIdleAsync(session);
            await Signals.UntilAsync(() => session.OneAsync<bool>("select exists(select from /*schema*/retention)"), static () => Task.FromResult("the first round of the keeper, soon after the start, has not begun"));
        }

        var announced = TimeProvider.System.GetTimestamp();
        await Signals.UntilAsync(() => TimeProvider.System.GetElapsedTime(announced) > TimeSpan.FromSeconds(2), "the end of that round");
        var before = proxy.Requests;
        var started = TimeProvider.System.GetTimestamp();
        await Signals.UntilAsync(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(10), "ten seconds");
        var rate = (proxy.Requests - before) / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        TestContext.Out.WriteLine($"an idle worker sends {rate:F2} requests a second");
        Assert.That(rate, Is.LessThanOrEqualTo(2));
    }

    /// <summary>A worker that would look for jobs by itself once a minute.</summary>
    private static async Task<TestHost> IdleAsync(string database)
    {
        var host = await TestHost.StartAsync(database, static q => q.OnWork(), static o => o.Polling = new PollingOptions { Busy = TimeSpan.FromMinutes(1), Idle = TimeSpan.FromMinutes(1) });
        await Signals.UntilAsync(() => host.Log.Count(602) > 0, "notifications arrive");
        return host;
    }

    private static Task WaitUntilIdleAsync(Session session) => Signals.UntilAsync(
        () => session.OneAsync<bool>("select exists(select from /*schema*/worker where cardinality(waiting) > 0)"), () => Task.FromResult("not idle"));

    private static async Task<Guid> EnqueueInAsync(string database, TestHost producer)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var receipt = await producer.Client.In(transaction).EnqueueAsync(new Work("a"));
        await transaction.CommitAsync();
        return receipt.JobId;
    }
}
