using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Leases;

/// <summary>A process that cannot reach the database stops its handlers before anyone else may run their jobs, and comes back by itself.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class LeaseLossTests
{
    [Test]
    public async Task In_a_dead_network_tokens_fire_before_the_database_gives_the_jobs_to_others()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        var running = Signals.New();
        var stopped = Signals.New();
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, q => q.OnWork(async (_, context, token) =>
        {
            if (context.Attempt > 1)
                return;
            await using var registration = token.Register(() => stopped.TrySetResult());
            running.TrySetResult();
            await stopped.Task;
            token.ThrowIfCancellationRequested();
        }), TestHost.ShortLease);
        await using var watcher = await TestHost.StartAsync(database);
        await using var session = await Session.OpenAsync(database);
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(running, "the run");
        var worker = await session.OneAsync<Guid>("select id from /*schema*/worker");
        proxy.Blackhole();
        await Signals.Of(stopped, "the token");
        Assert.That(await session.OneAsync<bool>("select expires_at > clock_timestamp() from /*schema*/worker where id = $1", worker), Is.True, "the token fires first");
        await using var rescuer = await TestHost.StartAsync(database, static q => q.OnWork(), TestHost.ShortLease);
        var job = await watcher.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Lost, AttemptOutcome.Succeeded }));
        proxy.Heal();
        await Signals.UntilAsync(() => host.Log.Count(201) >= 2, "a new registration");
        await rescuer.StopAsync();
        await watcher.Client.UntilAsync((await watcher.Client.EnqueueAsync(new Work("b"))).JobId, JobState.Succeeded);
        Assert.That((await watcher.Client.GetAsync(id))!.Attempts, Has.Count.EqualTo(2), "the late outcome was refused");
        Assert.That(host.Log.Count(202), Is.EqualTo(1));
        Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/worker where id = $1", worker), Is.Zero);
    }

    [Test]
    public async Task A_worker_that_was_declared_dead_registers_anew_and_goes_on()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), TestHost.ShortLease);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        await TestDatabase.ExecuteAsync(database, "delete from pgqueue.worker");
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("b"))).JobId, JobState.Succeeded);
        Assert.That((host.Log.Count(201), host.Log.Count(202)), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_claim_whose_reply_was_lost_runs_and_burns_no_attempt()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, static q => q.OnWork(), TestHost.ShortLease);
        await using var producer = await TestHost.StartAsync(database);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("warm"))).JobId, JobState.Succeeded);
        proxy.DropReplyTo("claim_jobs");
        await Signals.Of(proxy.Dropped, "a lost reply to a claim of nothing");
        var ids = (await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 3).Select(_ => new Work("a")), new EnqueueOptions { MaxAttempts = 1, Delay = TimeSpan.FromMilliseconds(50) }))
            .Select(r => r.JobId).ToList();
        proxy.DropReplyTo("claim_jobs", 3);
        foreach (var id in ids)
        {
            var job = await producer.Client.UntilAsync(id, JobState.Succeeded);
            Assert.That(job.Attempts.SkipLast(1).Select(a => a.Outcome), Is.All.EqualTo(AttemptOutcome.Released));
            Assert.That(job.Attempts[^1].Number, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_settlement_whose_reply_was_lost_counts_once()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        var runs = 0;
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, q => q.OnWork((_, _, _) =>
        {
            if (Interlocked.Increment(ref runs) is 5 or 40)
                proxy.DropReplyTo("settle_jobs");
            return Task.CompletedTask;
        }), TestHost.ShortLease);
        await using var producer = await TestHost.StartAsync(database);
        var receipts = await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 100).Select(_ => new Work("a")));
        foreach (var receipt in receipts)
        {
            var job = await producer.Client.UntilAsync(receipt.JobId, JobState.Succeeded);
            Assert.That(job.Attempts.Where(a => a.Outcome != AttemptOutcome.Released).Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Succeeded }));
            Assert.That(job.Attempts[^1].WorkerId, Is.Not.Null.And.Not.EqualTo(Guid.Empty));
        }

        await Signals.Of(proxy.Dropped, "a lost reply");
        Assert.That((await producer.Client.GetStatsAsync()).Succeeded, Is.EqualTo(100));
        Assert.That(runs, Is.EqualTo(100));
    }

    [Test]
    public async Task A_server_that_was_away_costs_no_job_and_no_attempt()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, static q => q.OnWork(), TestHost.ShortLease);
        await using var producer = await TestHost.StartAsync(database);
        var before = await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 200).Select(_ => new Work("a")), new EnqueueOptions { MaxAttempts = 2 });
        await producer.Client.UntilAsync(before[0].JobId, JobState.Succeeded);
        proxy.Refuse();
        await Signals.UntilAsync(() => Task.FromResult(host.Log.Count(305) > 0), () => Task.FromResult(host.Log.All));
        proxy.Heal();
        foreach (var receipt in before)
            await producer.Client.UntilAsync(receipt.JobId, JobState.Succeeded);
        Assert.That(host.Log.Count(306), Is.Positive);
    }
}
