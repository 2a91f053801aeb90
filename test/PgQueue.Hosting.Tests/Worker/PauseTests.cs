using PgQueue.Worker;

namespace PgQueue.Tests.Worker;

/// <summary>Paused queues and types, as workers see them.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class PauseTests
{
    [Test]
    public async Task A_paused_queue_starts_nothing_over_a_restart_until_it_is_resumed()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var runs = 0;
        async Task<TestHost> StartAsync() => await TestHost.StartAsync(database, q => q.OnWork((_, _, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        }), static o => o.Queues = new Dictionary<string, QueueOptions> { ["default"] = new(), ["other"] = new() });
        Guid held;
        await using (var first = await StartAsync())
        {
            Assert.That(await first.Admin.PauseQueueAsync("default", "full disk"), Is.True);
            Assert.That(await first.Admin.PauseQueueAsync("default"), Is.False);
            held = (await first.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Priority = 55 })).JobId;
            await OtherRunsAsync(first);
        }

        await using var host = await StartAsync();
        await OtherRunsAsync(host);
        Assert.That((await host.Client.GetAsync(held))!.State, Is.EqualTo(JobState.Ready));
        Assert.That(runs, Is.EqualTo(2));
        var pause = (await host.Admin.GetPausesAsync()).Single();
        Assert.That((pause.Kind, pause.Name, pause.Reason), Is.EqualTo((PauseKind.Queue, "default", "full disk")));
        Assert.That(await host.Admin.ResumeQueueAsync("default"), Is.True);
        await host.Client.UntilAsync(held, JobState.Succeeded);
        Assert.That(await host.Admin.GetPausesAsync(), Is.Empty);
    }

    [Test]
    public async Task What_a_worker_holds_and_has_not_started_goes_back_unburnt_and_what_runs_goes_on([Values] bool ofType)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var (release, started, runs) = (Signals.New(), Signals.New(), 0);
        // quick jobs first, so that the worker keeps a reserve
        async Task RunAsync(Work work)
        {
            if (work.Name != "slow")
                return;
            Interlocked.Increment(ref runs);
            started.TrySetResult();
            await release.Task;
        }

        await using var producer = await TestHost.StartAsync(database);
        await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 300).Select(_ => new Work("quick")));
        await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 200).Select(_ => new Work("slow")));
        await using var host = await TestHost.StartAsync(
            database, q => q.OnWork((work, _, _) => RunAsync(work)), static o => o.Queues = new Dictionary<string, QueueOptions> { ["default"] = new() { Concurrency = 1 } });
        await Signals.Of(started, "a slow run");
        Assert.That(await (ofType ? producer.Admin.PauseTypeAsync("wor*") : producer.Admin.PauseQueueAsync("default")), Is.True);
        await Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Running == 1, async () => $"{await producer.Client.GetStatsAsync()}");
        release.SetResult();
        await Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Running == 0, async () => $"{await producer.Client.GetStatsAsync()}");
        Assert.That(runs, Is.EqualTo(1), "nothing was started after the pause");
        if (ofType)
            await Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Deferred == 199, async () => $"{await producer.Client.GetStatsAsync()}");
        else
            Assert.That((await producer.Client.GetStatsAsync()).Ready, Is.EqualTo(199));
        await (ofType ? producer.Admin.ResumeTypeAsync("wor*") : producer.Admin.ResumeQueueAsync("default"));
        await Signals.UntilAsync(async () => (await producer.Client.GetStatsAsync()).Succeeded == 500, async () => $"{await producer.Client.GetStatsAsync()}");
        await using var session = await Storage.Session.OpenAsync(database);
        Assert.That(await session.OneAsync<short>("select max(attempt) from /*schema*/attempt"), Is.EqualTo(1), "no attempt was burnt");
    }

    [Test]
    public async Task Jobs_of_a_paused_type_are_put_aside_and_others_of_the_queue_run()
    {
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.OnWork().On<Errand>(static (_, _, _) => Task.CompletedTask));
        await host.Admin.PauseTypeAsync("work", "the printer is out of paper");
        var held = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var other = (await host.Client.EnqueueAsync(new Errand(1))).JobId;
        await host.Client.UntilAsync(other, JobState.Succeeded);
        var job = await host.Client.UntilAsync(held, JobState.Scheduled);
        Assert.That((job.Attempt, job.Attempts.Single().Outcome, job.Attempts[0].Error), Is.EqualTo((0, AttemptOutcome.Deferred, "The type work is paused.")));
        Assert.That(await host.Admin.ResumeTypeAsync("work"), Is.True);
        Assert.That((await host.Client.UntilAsync(held, JobState.Succeeded)).Attempts[^1].Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Pauses_and_resumes_that_race_the_workers_lose_no_job()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var one = await TestHost.StartAsync(database, static q => q.OnWork());
        await using var two = await TestHost.StartAsync(database, static q => q.OnWork());
        var ids = new List<Guid>();
        for (var round = 0; round < 12; round++)
        {
            ids.AddRange((await one.Client.EnqueueManyAsync(Enumerable.Range(0, 200).Select(i => new Work($"{i}")))).Select(r => r.JobId));
            await Task.WhenAll(one.Admin.PauseTypeAsync("work"), two.Admin.PauseQueueAsync("default"));
            await Task.WhenAll(two.Admin.ResumeTypeAsync("work"), one.Admin.ResumeQueueAsync("default"));
        }

        await using var session = await Storage.Session.OpenAsync(database);
        await Signals.UntilAsync(async () =>
        {
            // what the janitor does every few minutes
            await session.RunAsync("select /*schema*/recall_resumed('00000000-0000-0000-0000-000000000000', 1000, null)");
            return (await one.Client.GetStatsAsync()).Succeeded == ids.Count;
        }, async () => $"{await one.Client.GetStatsAsync()}");
        Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/attempt where outcome = 2"), Is.EqualTo(ids.Count));
    }

    [Test]
    public async Task Bulk_acts_reach_the_jobs_of_a_paused_queue()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        await host.Admin.PauseQueueAsync("default");
        var ids = (await host.Client.EnqueueManyAsync(Enumerable.Range(0, 3).Select(i => new Work($"{i}")))).Select(r => r.JobId).ToList();
        await host.Admin.CancelAsync(ids[0]);
        Assert.That(await host.Admin.DiscardAllAsync(new JobFilter { State = JobState.Ready }), Is.EqualTo(2));
        var states = new List<JobState>();
        foreach (var id in ids)
            states.Add((await host.Client.GetAsync(id))!.State);
        Assert.That(states, Is.EqualTo([JobState.Cancelled, JobState.Failed, JobState.Failed]));
    }

    [Test]
    public void A_paused_queue_is_looked_at_as_rarely_as_an_idle_one_whatever_the_news()
    {
        var polling = new PollingOptions { Busy = TimeSpan.FromMilliseconds(100), Idle = TimeSpan.FromSeconds(40) };
        var feed = new QueueFeed(null!, polling, TimeProvider.System);
        Assert.That(feed.DueIn(), Is.EqualTo(TimeSpan.Zero));
        feed.Switch(isPaused: true);
        for (var i = 0; i < 20; i++)
        {
            feed.Looking();
            feed.Looked(claimed: 0, asked: 10, notified: true);
            feed.Heat();
        }

        Assert.That(feed.DueIn(), Is.GreaterThan(TimeSpan.FromSeconds(20)));
        Assert.That(feed.ShouldSwitch(), Is.False, "it asks for no notifications");
        feed.Switch(isPaused: false);
        Assert.That(feed.DueIn(), Is.EqualTo(TimeSpan.Zero), "a resume is looked at now");
    }

    [Test]
    public async Task A_resume_in_another_process_is_seen_at_once_by_workers_that_poll_hardly_ever()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        await producer.Admin.PauseQueueAsync("default");
        // longer than this test waits for anything
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), static o => (o.Polling.Busy, o.Polling.Idle) = (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)));
        var held = (await producer.Client.EnqueueAsync(new Work("a"))).JobId;
        Assert.That((await producer.Client.GetAsync(held))!.State, Is.EqualTo(JobState.Ready));
        await producer.Admin.ResumeQueueAsync("default");
        await producer.Client.UntilAsync(held, JobState.Succeeded);
    }

    private static async Task OtherRunsAsync(TestHost host) =>
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("other"), new EnqueueOptions { Queue = "other" })).JobId, JobState.Succeeded);
}
