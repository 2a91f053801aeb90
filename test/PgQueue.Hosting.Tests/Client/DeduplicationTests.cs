using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Client;

/// <summary>A key is held for exactly its scope, for one job and in bulk alike.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class DeduplicationTests
{
    private static readonly EnqueueOptions Keyed = new() { DeduplicationKey = "k" };

    [Test]
    public async Task Until_finished_the_key_is_held_while_pending_and_running_and_free_after([Values(JobState.Succeeded, JobState.Failed, JobState.Cancelled)] JobState end)
    {
        var running = Signals.New();
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (work, context, _) =>
        {
            if (work.Name != "first")
                return;
            running.TrySetResult();
            await go.Task;
            if (end == JobState.Failed)
                context.Discard("no");
            if (end == JobState.Cancelled)
                context.Cancel("no");
        }));
        var first = (await host.Client.EnqueueAsync(new Work("first"), Keyed)).JobId;
        await Signals.Of(running, "the first run");
        var second = await host.Client.EnqueueAsync(new Work("second"), Keyed);
        var bulk = await host.Client.EnqueueManyAsync([new Work("b1"), new Work("b2")], Keyed);
        go.SetResult();
        await host.Client.UntilAsync(first, end);
        var third = await host.Client.EnqueueAsync(new Work("third"), Keyed);
        Assert.Multiple(() =>
        {
            Assert.That(second, Is.EqualTo(new JobReceipt(first, EnqueueOutcome.Existing)));
            Assert.That(bulk, Is.All.EqualTo(new JobReceipt(first, EnqueueOutcome.Existing)));
            Assert.That(third.Outcome, Is.EqualTo(EnqueueOutcome.Created));
        });
    }

    [Test]
    public async Task A_retry_keeps_the_key_and_the_last_failure_frees_it()
    {
        var runs = 0;
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, _, _) => ++runs <= 2 ? throw new IOException("broken") : Task.CompletedTask), static o =>
            {
                o.Retry.BaseDelay = TimeSpan.FromMilliseconds(500);
                o.Retry.MaxDelay = TimeSpan.FromMilliseconds(500);
            });
        var first = (await host.Client.EnqueueAsync(new Work("a"), Keyed with { MaxAttempts = 2 })).JobId;
        await host.Client.UntilAttemptsAsync(first, 1);
        Assert.That((await host.Client.EnqueueAsync(new Work("b"), Keyed)).JobId, Is.EqualTo(first));
        await host.Client.UntilAsync(first, JobState.Failed);
        Assert.That((await host.Client.EnqueueAsync(new Work("c"), Keyed)).Outcome, Is.EqualTo(EnqueueOutcome.Created));
    }

    [Test]
    public async Task Until_started_the_key_is_free_as_soon_as_the_job_runs()
    {
        var running = Signals.New();
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (work, _, _) =>
        {
            if (work.Name != "first")
                return;
            running.TrySetResult();
            await go.Task;
        }));
        var options = Keyed with { DeduplicationScope = DeduplicationScope.UntilStarted };
        var waiting = options with { Delay = TimeSpan.FromMilliseconds(300) };
        var first = (await host.Client.EnqueueAsync(new Work("first"), waiting)).JobId;
        Assert.That((await host.Client.EnqueueAsync(new Work("too early"), options)).JobId, Is.EqualTo(first));
        await Signals.Of(running, "the first run");
        var second = await host.Client.EnqueueAsync(new Work("second"), options);
        Assert.That(second.Outcome, Is.EqualTo(EnqueueOutcome.Created));
        await host.Client.UntilAsync(second.JobId, JobState.Succeeded);
        go.SetResult();
        await host.Client.UntilAsync(first, JobState.Succeeded);
    }

    [Test]
    public async Task For_a_period_the_key_outlives_the_job_and_is_free_when_the_period_is_over()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork());
        var options = Keyed with { DeduplicationScope = DeduplicationScope.Period, DeduplicationPeriod = TimeSpan.FromHours(1) };
        var first = (await host.Client.EnqueueAsync(new Work("a"), options)).JobId;
        await host.Client.UntilAsync(first, JobState.Succeeded);
        Assert.That((await host.Client.EnqueueAsync(new Work("b"), options)).JobId, Is.EqualTo(first));
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("update /*schema*/dedup set until = until - interval '1 hour'");
        Assert.That((await host.Client.EnqueueAsync(new Work("c"), options)).Outcome, Is.EqualTo(EnqueueOutcome.Created));
    }

    [Test]
    public async Task While_retained_the_key_outlives_the_job()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        var options = Keyed with { DeduplicationScope = DeduplicationScope.WhileRetained };
        var first = (await host.Client.EnqueueAsync(new Work("a"), options)).JobId;
        await host.Client.UntilAsync(first, JobState.Succeeded);
        var bulk = await host.Client.EnqueueManyAsync([new NewJob(new Work("b"), options), new NewJob(new Work("c"))]);
        Assert.That(bulk.Select(r => r.Outcome), Is.EqualTo(new[] { EnqueueOutcome.Existing, EnqueueOutcome.Created }));
        Assert.That(bulk[0].JobId, Is.EqualTo(first));
    }

    [Test]
    public async Task A_cancelled_job_frees_its_key_even_if_it_never_ran([Values] bool scheduled)
    {
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, _, _) => go.Task), o =>
            o.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { ["default"] = new() { Concurrency = 1 } });
        if (!scheduled)
            await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("occupies the worker"))).JobId, JobState.Running);
        var first = (await host.Client.EnqueueAsync(new Work("a"), Keyed with { Delay = scheduled ? TimeSpan.FromHours(1) : null })).JobId;
        Assert.That(await host.Client.CancelAsync(first), Is.True);
        go.SetResult();
        await host.Client.UntilAsync(first, JobState.Cancelled);
        Assert.That((await host.Client.EnqueueAsync(new Work("b"), Keyed)).Outcome, Is.EqualTo(EnqueueOutcome.Created));
    }

    [Test]
    public async Task A_replace_moves_payload_and_due_time_and_runs_once()
    {
        var ran = Signals.New<string>();
        var runs = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((work, _, _) =>
        {
            Interlocked.Increment(ref runs);
            ran.TrySetResult(work.Name);
            return Task.CompletedTask;
        }));
        var options = Keyed with { OnDuplicate = DuplicateAction.Replace };
        var first = (await host.Client.EnqueueAsync(new Work("first"), options with { Delay = TimeSpan.FromHours(1) })).JobId;
        var second = await host.Client.EnqueueAsync(new Work("second"), options with { Delay = TimeSpan.FromHours(2) });
        var third = (await host.Client.EnqueueManyAsync([new NewJob(new Work("third"), options with { Delay = TimeSpan.FromMilliseconds(100) })]))[0];
        Assert.That(await Signals.Of(ran, "the last one"), Is.EqualTo("third"));
        var finished = await host.Client.UntilAsync(third.JobId, JobState.Succeeded);
        Assert.Multiple(async () =>
        {
            Assert.That((second.Outcome, third.Outcome), Is.EqualTo((EnqueueOutcome.Replaced, EnqueueOutcome.Replaced)));
            Assert.That((await host.Client.GetAsync(first))?.State, Is.EqualTo(JobState.Superseded));
            Assert.That((await host.Client.GetAsync(second.JobId))?.State, Is.EqualTo(JobState.Superseded));
            Assert.That(finished.Attempt, Is.EqualTo(1));
            Assert.That(runs, Is.EqualTo(1));
            Assert.That((await host.Client.GetStatsAsync()).Scheduled, Is.Zero);
        });
    }

    [Test]
    public async Task A_replace_finds_a_running_job_and_leaves_it_alone()
    {
        var running = Signals.New();
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, _, _) =>
        {
            running.TrySetResult();
            await go.Task;
        }));
        var options = Keyed with { OnDuplicate = DuplicateAction.Replace };
        var first = (await host.Client.EnqueueAsync(new Work("first"), options)).JobId;
        await Signals.Of(running, "the run");
        var second = await host.Client.EnqueueAsync(new Work("second"), options);
        Assert.That(second, Is.EqualTo(new JobReceipt(first, EnqueueOutcome.Existing)));
        go.SetResult();
        await host.Client.UntilAsync(first, JobState.Succeeded);
        Assert.That((await host.Client.EnqueueAsync(new Work("third"), options)).Outcome, Is.EqualTo(EnqueueOutcome.Created));
    }

    [Test]
    public async Task In_one_call_the_first_of_equal_keys_wins_and_the_last_if_replacing()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var kept = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 6000).Select(i => new NewJob(new Errand(i), new EnqueueOptions { DeduplicationKey = $"a{i % 100}" })));
        var replace = new EnqueueOptions { OnDuplicate = DuplicateAction.Replace, Delay = TimeSpan.FromHours(1) };
        var replaced = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 300).Select(i => new NewJob(new Errand(i), replace with { DeduplicationKey = $"b{i % 100}" })));
        Assert.Multiple(async () =>
        {
            Assert.That(kept.Take(100).Select(r => r.Outcome), Is.All.EqualTo(EnqueueOutcome.Created));
            Assert.That(kept.Skip(100).Select(r => r.JobId), Is.EqualTo(Enumerable.Range(100, 5900).Select(i => kept[i % 100].JobId)));
            Assert.That(kept.Skip(100).Select(r => r.Outcome), Is.All.EqualTo(EnqueueOutcome.Existing));
            Assert.That((await host.Client.GetAsync(replaced[0].JobId))!.Payload, Is.EqualTo("""{"number":200}"""));
            Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(100));
            Assert.That((await host.Client.GetStatsAsync()).Scheduled, Is.EqualTo(100));
        });
    }
}
