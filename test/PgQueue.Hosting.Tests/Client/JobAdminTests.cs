using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Client;

[Parallelizable(ParallelScope.Children)]
internal sealed class JobAdminTests
{
    [Test]
    public async Task A_job_is_found_by_its_state_in_every_moment_of_its_life()
    {
        var (started, release) = (Signals.New(), Signals.New());
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        var id = (await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        await AssertFoundAsync(producer, id, JobState.Scheduled);
        Assert.That((await producer.Admin.RetryAsync(id)).Outcome, Is.EqualTo(RetryOutcome.MadeReady));
        await AssertFoundAsync(producer, id, JobState.Ready);
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, _) =>
        {
            started.SetResult();
            await release.Task;
        }));
        await Signals.Of(started, "the run");
        await AssertFoundAsync(producer, id, JobState.Running);
        release.SetResult();
        await host.Client.UntilAsync(id, JobState.Succeeded);
        await AssertFoundAsync(producer, id, JobState.Succeeded);
    }

    [Test]
    public async Task Failed_and_cancelled_jobs_are_found_with_their_error()
    {
        await using var host = await FailingAsync();
        var failed = await FailAsync(host, "broken pipe");
        var other = await FailAsync(host, "out of paper");
        var cancelled = (await host.Client.EnqueueAsync(new Work("x"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        await host.Client.CancelAsync(cancelled, "not wanted");
        await AssertFoundAsync(host, failed, JobState.Failed);
        await AssertFoundAsync(host, cancelled, JobState.Cancelled);
        var found = (await host.Admin.FindAsync(new JobFilter { State = JobState.Failed, Error = "PAPER" })).Jobs.Single();
        Assert.That((found.Id, found.Attempt, found.Error), Is.EqualTo((other, 1, "System.IO.IOException: out of paper")));
    }

    [TestCase(JobState.Ready)]
    [TestCase(JobState.Scheduled)]
    [TestCase(null)]
    public async Task Pages_hold_every_job_once(JobState? state)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var due = state == JobState.Scheduled ? TimeSpan.FromHours(1) : (TimeSpan?)null;
        var ids = new List<Guid>();
        for (var priority = 0; priority < 3; priority++)
            ids.AddRange((await host.Client.EnqueueManyAsync(Enumerable.Range(0, 25).Select(i => new Work($"{i}")), new EnqueueOptions { Priority = priority, Delay = due })).Select(r => r.JobId));
        var found = new List<Guid>();
        string? after = null;
        do
        {
            var page = await host.Admin.FindAsync(new JobFilter { State = state }, after, 10);
            found.AddRange(page.Jobs.Select(j => j.Id));
            after = page.Next;
        }
        while (after is not null);
        Assert.That(found, Is.EquivalentTo(ids));
    }

    [Test]
    public async Task Queue_type_and_time_narrow_every_search([Values(JobState.Ready, JobState.Scheduled, null)] JobState? state)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        async Task<Guid> Add(string type, string queue) => (await host.Client.EnqueueAsync(new Work("x"), new EnqueueOptions
        {
            Type = type, Queue = queue, Delay = state == JobState.Scheduled ? TimeSpan.FromHours(1) : null,
        })).JobId;
        var (mail, bulk, report) = (await Add("mail:one", "a"), await Add("mail:bulk", "b"), await Add("report", "b"));
        async Task<IEnumerable<Guid>> Find(JobFilter filter) => (await host.Admin.FindAsync(filter with { State = state })).Jobs.Select(j => j.Id);
        var now = TimeProvider.System.GetUtcNow();
        Assert.Multiple(async () =>
        {
            Assert.That(await Find(new JobFilter { Queue = "b" }), Is.EquivalentTo(new[] { bulk, report }));
            Assert.That(await Find(new JobFilter { Type = "mail:*" }), Is.EquivalentTo(new[] { mail, bulk }));
            Assert.That(await Find(new JobFilter { Type = "report" }), Is.EquivalentTo(new[] { report }));
            Assert.That(await Find(new JobFilter { Type = "mail:*", Queue = "b" }), Is.EquivalentTo(new[] { bulk }));
            Assert.That(await Find(new JobFilter { Since = now.AddHours(1) }), Is.Empty);
            Assert.That(await Find(new JobFilter { Until = now.AddHours(-1) }), Is.Empty);
            Assert.That(await Find(new JobFilter { Since = now.AddHours(-1), Until = now.AddHours(1) }), Has.Exactly(3).Items);
        });
    }

    [Test]
    public async Task A_failed_job_runs_again_as_one_copy_that_is_linked_both_ways()
    {
        var failing = true;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, _, _) => failing ? throw new IOException("broken") : Task.CompletedTask));
        var id = await FailAsync(host, "x");
        failing = false;
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Admin.RetryAsync(id)));
        var copy = results[0].RunsAs!.Value;
        await host.Client.UntilAsync(copy, JobState.Succeeded);
        var (first, second) = ((await host.Client.GetAsync(id))!, (await host.Client.GetAsync(copy))!);
        Assert.Multiple(() =>
        {
            Assert.That(results.Count(r => r.Outcome == RetryOutcome.Copied), Is.EqualTo(1));
            Assert.That(results.Select(r => r.RunsAs), Is.All.EqualTo(copy));
            Assert.That((first.State, first.RetriedAs, first.RetryOf), Is.EqualTo((JobState.Failed, (Guid?)copy, (Guid?)null)));
            Assert.That((second.RetriedAs, second.RetryOf, second.Payload), Is.EqualTo(((Guid?)null, (Guid?)id, first.Payload)));
        });
    }

    [Test]
    public async Task Unknown_and_unfinished_jobs_and_held_keys_are_told()
    {
        await using var host = await FailingAsync();
        await using var producer = host;
        var keyed = new EnqueueOptions { DeduplicationKey = "k", MaxAttempts = 1 };
        var failed = (await host.Client.EnqueueAsync(new Work("broken"), keyed)).JobId;
        await host.Client.UntilAsync(failed, JobState.Failed);
        var holder = (await host.Client.EnqueueAsync(new Work("later"), keyed with { Queue = "nobody" })).JobId;
        var unknown = Guid.CreateVersion7();
        Assert.Multiple(async () =>
        {
            Assert.That(await host.Admin.RetryAsync(unknown), Is.EqualTo(new RetryResult(unknown, RetryOutcome.Unknown, null)));
            Assert.That(await host.Admin.RetryAsync(holder), Is.EqualTo(new RetryResult(holder, RetryOutcome.NotFinished, null)));
            Assert.That(await host.Admin.RetryAsync(failed), Is.EqualTo(new RetryResult(failed, RetryOutcome.KeyIsHeld, holder)));
            await host.Client.CancelAsync(holder);
        });
    }

    [Test]
    public async Task All_failed_jobs_of_a_type_run_again_once_at_the_rate_asked_for()
    {
        var failing = true;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, _, _) => failing ? throw new IOException("broken") : Task.CompletedTask));
        var ids = (await host.Client.EnqueueManyAsync(Enumerable.Range(0, 60).Select(i => new Work($"{i}")), new EnqueueOptions { MaxAttempts = 1 })).Select(r => r.JobId).ToList();
        foreach (var id in ids)
            await host.Client.UntilAsync(id, JobState.Failed);
        failing = false;
        var told = new List<long>();
        var filter = new JobFilter { State = JobState.Failed, Type = "work", Since = TimeProvider.System.GetUtcNow().AddHours(-1) };
        var started = TimeProvider.System.GetTimestamp();
        Assert.That(await host.Admin.RetryAllAsync(filter, perSecond: 40, new Told(told)), Is.EqualTo(60));
        Assert.That(TimeProvider.System.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromSeconds(1.2)), "60 at 40 a second");
        Assert.That(told, Is.Ordered.And.Count.GreaterThan(3));
        Assert.That(await host.Admin.RetryAllAsync(filter), Is.Zero, "once is enough");
        foreach (var id in ids)
            await host.Client.UntilAsync((await host.Client.GetAsync(id))!.RetriedAs!.Value, JobState.Succeeded);
    }

    [TestCase(JobState.Ready)]
    [TestCase(JobState.Scheduled)]
    public async Task All_waiting_jobs_of_a_filter_are_cancelled_over_many_batches(JobState state)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        var delay = state == JobState.Scheduled ? TimeSpan.FromHours(1) : (TimeSpan?)null;
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 1200).Select(i => new Work($"{i}")), new EnqueueOptions { Delay = delay, Queue = "a" });
        var kept = (await host.Client.EnqueueAsync(new Work("kept"), new EnqueueOptions { Delay = delay })).JobId;
        Assert.That(await host.Admin.CancelAllAsync(new JobFilter { State = state, Queue = "a" }, "cleared"), Is.EqualTo(1200));
        await using var worker = await TestHost.StartAsync(database, static q => q.OnWork(), static o => o.Queues = new Dictionary<string, QueueOptions> { ["a"] = new() });
        await Signals.UntilAsync(async () => (await host.Client.GetStatsAsync()).Cancelled == 1200, () => Task.FromResult("fewer"));
        Assert.That((await host.Client.GetAsync(kept))!.State, Is.EqualTo(state));
    }

    [Test]
    public async Task Running_jobs_of_a_filter_have_their_tokens_cancelled()
    {
        var running = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, _, token) =>
        {
            Interlocked.Increment(ref running);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }));
        var ids = (await host.Client.EnqueueManyAsync(Enumerable.Range(0, 5).Select(i => new Work($"{i}")))).Select(r => r.JobId).ToList();
        await Signals.UntilAsync(() => Volatile.Read(ref running) == 5, "five run");
        Assert.That(await host.Admin.CancelAllAsync(new JobFilter { State = JobState.Running }), Is.EqualTo(5));
        foreach (var id in ids)
            await host.Client.UntilAsync(id, JobState.Cancelled);
    }

    [Test]
    public async Task Bad_filters_name_the_field()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var now = TimeProvider.System.GetUtcNow();
        void Refused(Func<Task> act, string field) =>
            Assert.That(act, Throws.InstanceOf<InvalidJobFilterException>().With.Property(nameof(InvalidJobFilterException.Field)).EqualTo(field));
        Assert.Multiple(() =>
        {
            Refused(() => host.Admin.FindAsync(new JobFilter { State = (JobState)99 }), "State");
            Refused(() => host.Admin.FindAsync(new JobFilter { Queue = "x; drop" }), "Queue");
            Refused(() => host.Admin.FindAsync(new JobFilter { Type = "A%" }), "Type");
            Refused(() => host.Admin.FindAsync(new JobFilter { Since = now, Until = now }), "Until");
            Refused(() => host.Admin.FindAsync(new JobFilter { Error = "x" }), "Error");
            Refused(() => host.Admin.FindAsync(new JobFilter { State = JobState.Failed, Error = new string('x', 10_240) }), "Error");
            Refused(() => host.Admin.FindAsync(new JobFilter { State = JobState.Failed, Error = "a\0" }), "Error");
            Refused(() => host.Admin.FindAsync(new JobFilter { State = JobState.Failed, Error = "a\ud800" }), "Error");
            Refused(() => host.Admin.FindAsync(size: 0), "size");
            Refused(() => host.Admin.FindAsync(size: 1001), "size");
            Refused(() => host.Admin.FindAsync(after: "x"), "after");
            Refused(() => host.Admin.RetryAllAsync(new JobFilter()), "State");
            Refused(() => host.Admin.RetryAllAsync(new JobFilter { State = JobState.Failed }, perSecond: 0), "perSecond");
            Refused(() => host.Admin.RetryAllAsync(new JobFilter { State = JobState.Failed }, perSecond: 0.00001), "perSecond");
            Refused(() => host.Admin.RetryAllAsync(new JobFilter { State = JobState.Failed }, perSecond: double.NaN), "perSecond");
            Refused(() => host.Admin.CancelAllAsync(new JobFilter { State = JobState.Failed }), "State");
        });
    }

    private static Task<TestHost> FailingAsync() => StartAsync(static (work, _, _) => throw new IOException(work.Name));

    private static async Task<TestHost> StartAsync(Func<Work, JobContext, CancellationToken, Task> run) =>
        await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(run));

    private static async Task<Guid> FailAsync(TestHost host, string error)
    {
        var id = (await host.Client.EnqueueAsync(new Work(error), new EnqueueOptions { MaxAttempts = 1 })).JobId;
        await host.Client.UntilAsync(id, JobState.Failed);
        return id;
    }

    private static async Task AssertFoundAsync(TestHost host, Guid id, JobState state)
    {
        foreach (var any in Enum.GetValues<JobState>())
        {
            var found = (await host.Admin.FindAsync(new JobFilter { State = any })).Jobs.SingleOrDefault(j => j.Id == id);
            Assert.That(found?.State, Is.EqualTo(any == state ? state : (JobState?)null), $"asked for {any}");
        }

        Assert.That((await host.Admin.FindAsync()).Jobs.Single(j => j.Id == id).State, Is.EqualTo(state), "asked for all");
    }

    private sealed class Told(List<long> told) : IProgress<long>
    {
        public void Report(long value) => told.Add(value);
    }
}
