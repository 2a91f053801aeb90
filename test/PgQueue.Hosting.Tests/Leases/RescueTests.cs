using System.Collections.Concurrent;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Leases;

/// <summary>Jobs of workers that died run again here. The dead worker is a row in the database that nobody renews.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class RescueTests
{
    [Test]
    public async Task Jobs_of_a_dead_worker_run_again_soon_after_its_lease_ends()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), PauseQueue);
        var ids = await DieWithAsync(database, host, 5, ttl: 1);
        var started = TimeProvider.System.GetTimestamp();
        foreach (var id in ids)
        {
            var job = await host.Client.UntilAsync(id, JobState.Succeeded);
            Assert.That(job.Attempts.Select(a => (a.Number, a.Outcome)), Is.EqualTo(new[] { (1, AttemptOutcome.Lost), (2, AttemptOutcome.Succeeded) }));
            Assert.That(job.Attempts[0].Error, Does.StartWith("The worker process died while it held this job: ").And.Contain("dead-host, process 4711"));
        }

        TestContext.Out.WriteLine($"five jobs of a worker with a lease of 1 s finished elsewhere {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s after its last sign");
    }

    [Test]
    public async Task Suspects_start_by_and_by_while_others_go_on()
    {
        var (now, most) = (0, 0);
        var gate = new object();
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (work, _, _) =>
        {
            if (work.Name != "suspect")
                return;
            var present = Interlocked.Increment(ref now);
            lock (gate)
                most = Math.Max(most, present);
            for (var i = 0; i < 20; i++)
                await Task.Yield();
            Interlocked.Decrement(ref now);
        }), PauseQueue);
        var ids = await DieWithAsync(database, host, 8, ttl: 0);
        var others = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 100).Select(_ => new Work("innocent")), new EnqueueOptions { Queue = "dead" });
        foreach (var id in ids.Concat(others.Select(o => o.JobId)))
            await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(most, Is.InRange(1, 4), "one, two, four and the last");
    }

    [Test]
    public async Task After_two_deaths_a_job_runs_with_nothing_beside_it()
    {
        var running = new ConcurrentDictionary<Guid, bool>();
        var beside = new ConcurrentQueue<int>();
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (work, context, token) =>
        {
            running[context.JobId] = true;
            for (var i = 0; i < (work.Name == "suspect" ? 200 : 5); i++)
            {
                if (work.Name == "suspect")
                    beside.Enqueue(running.Count);
                await Task.Yield();
            }

            running.TryRemove(context.JobId, out var _);
        }), PauseQueue);
        var ids = await DieWithAsync(database, host, 1, ttl: 0, crashes: 1);
        var others = new List<Guid>();
        while ((await host.Client.GetAsync(ids[0]))!.State != JobState.Succeeded)
            others.AddRange((await host.Client.EnqueueManyAsync([new Work("a"), new Work("b"), new Work("c")], new EnqueueOptions { Queue = "dead" })).Select(r => r.JobId));
        foreach (var id in others)
            await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(beside, Is.Not.Empty.And.All.EqualTo(1));
        Assert.That(host.Log.Count(311), Is.EqualTo(1));
    }

    [Test]
    public async Task A_job_that_killed_three_workers_is_failed_and_says_so_and_frees_its_key()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(static (_, _, _) => throw new InvalidOperationException("it ran")), PauseQueue);
        var ids = await DieWithAsync(database, host, 1, ttl: 0, crashes: 2, options: new EnqueueOptions { DeduplicationKey = "k", MaxAttempts = 10 });
        var job = await host.Client.UntilAsync(ids[0], JobState.Failed);
        Assert.That(job.Attempts[^1].Error, Does.Contain("Failed after 3 deaths and 1 of 10 attempts."));
        Assert.That((await host.Client.EnqueueAsync(new Work("b"), new EnqueueOptions { DeduplicationKey = "k" })).Outcome, Is.EqualTo(EnqueueOutcome.Created));
    }

    [Test]
    public async Task The_last_attempt_that_dies_with_its_worker_fails_the_job()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), PauseQueue);
        var ids = await DieWithAsync(database, host, 1, ttl: 0, options: new EnqueueOptions { MaxAttempts = 1 });
        var job = await host.Client.UntilAsync(ids[0], JobState.Failed);
        Assert.That(job.Attempts.Single().Error, Does.EndWith(". Failed after 1 death and 1 of 1 attempt."));
    }

    [Test]
    public async Task A_suspect_of_a_type_without_handler_here_blocks_nobody()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), PauseQueue);
        var ids = await DieWithAsync(database, host, 2, ttl: 0, options: new EnqueueOptions { Type = "unknown" });
        foreach (var id in ids)
            await host.Client.UntilAttemptsAsync(id, 2);
        var suspect = await DieWithAsync(database, host, 1, ttl: 0);
        await host.Client.UntilAsync(suspect[0], JobState.Succeeded);
    }

    [Test]
    public async Task A_suspect_that_fails_is_retried_and_lets_the_next_one_run()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(
            database, static q => q.OnWork(static (_, context, _) => context.Attempt == 2 ? throw new IOException("again") : Task.CompletedTask), PauseQueue);
        foreach (var id in await DieWithAsync(database, host, 3, ttl: 0))
            Assert.That((await host.Client.UntilAsync(id, JobState.Succeeded)).Attempts.Select(a => a.Outcome).Where(o => o != AttemptOutcome.Released),
                Is.EqualTo(new[] { AttemptOutcome.Lost, AttemptOutcome.Retried, AttemptOutcome.Succeeded }));
    }

    private static void PauseQueue(PgQueueOptions options)
    {
        TestHost.ShortLease(options);
        options.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { ["default"] = new(), ["dead"] = new() };
    }

    /// <summary>Enqueues jobs and lets a worker that is no process claim them, in one transaction, so that nobody else can.</summary>
    private static async Task<Guid[]> DieWithAsync(string database, TestHost host, int count, double ttl, int crashes = 0, EnqueueOptions? options = null)
    {
        await using var session = await Session.OpenAsync(database);
        await using var transaction = await session.Connection.BeginTransactionAsync();
        var receipts = await host.Client.In(transaction).EnqueueManyAsync(
            Enumerable.Range(0, count).Select(_ => new Work("suspect")), (options ?? new EnqueueOptions()) with { Queue = "dead" });
        Guid[] ids = [.. receipts.Select(r => r.JobId)];
        var worker = Guid.NewGuid();
        await session.RunAsync("update /*schema*/ready set crashes = $2 where job_id = any($1)", ids, (short)crashes);
        await session.RunAsync("select /*schema*/register_worker($1, $2, 'dead-host', 4711, 'v', '{dead}')", worker, ttl);
        var claimed = await session.ListAsync<Guid>(
            "select id from /*schema*/claim_jobs($1, array(select lane from /*schema*/lane where queue = 'dead' and not isolated), '{0}', 1000)", worker);
        Assert.That(claimed, Is.SupersetOf(ids));
        await transaction.CommitAsync();
        return ids;
    }
}
