using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Worker;

/// <summary>A stop lets jobs finish, cancels them, hands back the rest, and ends within its limits whatever the database does.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ShutdownTests
{
    [Test]
    public async Task Running_jobs_finish_and_waiting_ones_are_left_to_others()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var running = Signals.New();
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, _) =>
        {
            running.TrySetResult();
            await go.Task;
        }), static o => o.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { ["default"] = new() { Concurrency = 1 } });
        await using var watcher = await TestHost.StartAsync(database);
        var first = (await watcher.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(running, "the run");
        var second = (await watcher.Client.EnqueueAsync(new Work("b"))).JobId;
        var stopping = host.StopAsync();
        await Signals.UntilAsync(() => host.Log.Count(307) == 1, "the stop begins");
        go.SetResult();
        await stopping;
        Assert.That((await watcher.Client.GetAsync(first))!.State, Is.EqualTo(JobState.Succeeded));
        Assert.That((await watcher.Client.GetAsync(second))!.State, Is.AnyOf(JobState.Ready, JobState.Succeeded), "a claim under way may still have fetched it");
        await using var session = await Session.OpenAsync(database);
        Assert.That(await session.OneAsync<long>("select (select count(*) from /*schema*/lease) + (select count(*) from /*schema*/worker)"), Is.Zero);
    }

    [Test]
    public async Task What_does_not_finish_is_cancelled_handed_back_unburnt_and_run_elsewhere_at_once([Values] bool ignoresItsToken)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var running = Signals.New();
        var never = Signals.New();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, token) =>
        {
            running.TrySetResult();
            await (ignoresItsToken ? never.Task : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
        }), static o => (o.Shutdown.DrainTimeout, o.Shutdown.CancelTimeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(300)));
        var id = (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 1 })).JobId;
        await Signals.Of(running, "the run");
        await using var heir = await TestHost.StartAsync(database, static q => q.OnWork());
        var started = TimeProvider.System.GetTimestamp();
        await host.StopAsync();
        var took = TimeProvider.System.GetElapsedTime(started);
        var job = await heir.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => (a.Number, a.Outcome)), Is.EqualTo(new[] { (1, AttemptOutcome.Released), (1, AttemptOutcome.Succeeded) }));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(host.Log.Count(308), Is.EqualTo(ignoresItsToken ? 1 : 0));
        never.SetResult();
        await Signals.UntilAsync(async () => (await heir.Client.GetAsync(id))!.Attempts.Count == 2, () => Task.FromResult("changed by the late handler"));
    }

    [Test]
    public async Task A_stop_ends_in_time_with_the_server_gone_and_nothing_is_lost([Values] bool blackhole)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        var running = Signals.New();
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, q => q.OnWork(async (_, _, token) =>
        {
            running.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }), static o =>
        {
            TestHost.ShortLease(o);
            (o.Shutdown.DrainTimeout, o.Shutdown.CancelTimeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(300));
        });
        await using var producer = await TestHost.StartAsync(database);
        var ids = (await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 30).Select(_ => new Work("a")))).Select(r => r.JobId).ToList();
        await Signals.Of(running, "a run");
        if (blackhole)
            proxy.Blackhole();
        else
            proxy.Refuse();
        var started = TimeProvider.System.GetTimestamp();
        await host.StopAsync();
        await host.DisposeAsync();
        var took = TimeProvider.System.GetElapsedTime(started);
        TestContext.Out.WriteLine($"stopped without the server in {took.TotalSeconds:F1} s");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(20)));
        await using var heir = await TestHost.StartAsync(database, static q => q.OnWork(), TestHost.ShortLease);
        foreach (var id in ids)
            await heir.Client.UntilAsync(id, JobState.Succeeded);
    }

    [Test]
    public async Task Many_stops_under_load_lose_nothing_and_run_nothing_twice()
    {
        const int Jobs = 3000;
        var database = await TestDatabase.CreateMigratedAsync();
        var runs = new int[Jobs];
        await using var producer = await TestHost.StartAsync(database);
        var receipts = await producer.Client.EnqueueManyAsync(Enumerable.Range(0, Jobs).Select(i => new Errand(i)), new EnqueueOptions { MaxAttempts = 1 });
        var stops = 0;
        while ((await producer.Client.GetStatsAsync()).Succeeded < Jobs && stops < 100)
        {
            var enough = Signals.New();
            var ran = 0;
            await using var host = await TestHost.StartAsync(database, q => q.On<Errand>(async (errand, _, _) =>
            {
                await Task.Yield();
                Interlocked.Increment(ref runs[errand.Number]);
                if (Interlocked.Increment(ref ran) == 250)
                    enough.TrySetResult();
            }));
            await Task.WhenAny(enough.Task, Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Succeeded == Jobs, () => Task.FromResult("unfinished")));
            await host.StopAsync();
            stops++;
        }

        Assert.That(runs, Is.All.EqualTo(1), $"after {stops} stops");
        var stats = await producer.Client.GetStatsAsync();
        Assert.That((stats.Succeeded, stats.Ready, stats.Running, stats.Scheduled, stats.Failed), Is.EqualTo(((long)Jobs, 0L, 0L, 0L, 0L)));
        Assert.That(receipts, Has.Count.EqualTo(Jobs));
    }
}
