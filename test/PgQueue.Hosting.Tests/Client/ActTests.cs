namespace PgQueue.Tests.Client;

/// <summary>Acts as an operator calls them, with workers at work.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ActTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static DateTimeOffset Tomorrow => TimeProvider.System.GetUtcNow().AddDays(1);

    [Test]
    public async Task A_waiting_job_that_is_discarded_has_failed_and_can_be_retried([Values] bool scheduled)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var id = (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = scheduled ? Hour : null })).JobId;
        Assert.That(await host.Admin.DiscardAsync(id, "no use"), Is.EqualTo(new ActResult(id, ActOutcome.Done)));
        Assert.That((await host.Admin.DiscardAsync(id)).Outcome, Is.EqualTo(ActOutcome.Finished));
        Assert.That((await host.Admin.CancelAsync(id)).Outcome, Is.EqualTo(ActOutcome.Finished));
        Assert.That((await host.Admin.DiscardAsync(Guid.CreateVersion7())).Outcome, Is.EqualTo(ActOutcome.Unknown));
        var job = (await host.Client.GetAsync(id))!;
        Assert.That((job.State, job.Attempts.Single().Error), Is.EqualTo((JobState.Failed, "no use")));
        Assert.That((await host.Admin.FindAsync(new JobFilter { State = JobState.Failed, Error = "no use" })).Jobs.Single().Id, Is.EqualTo(id));
        Assert.That((await host.Admin.RetryAsync(id)).Outcome, Is.EqualTo(RetryOutcome.Copied));
    }

    [Test]
    public async Task A_running_job_that_is_discarded_ends_as_failed_without_another_attempt([Values] bool fromAnother)
    {
        var (database, running, runs) = (await TestDatabase.CreateMigratedAsync(), Signals.New(), 0);
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, context, token) =>
        {
            Interlocked.Increment(ref runs);
            running.TrySetResult();
            context.RetryAfter(TimeSpan.Zero);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }), static o => o.Lease.RenewEvery = TimeSpan.FromSeconds(10));
        await using var other = await TestHost.StartAsync(database);
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(running, "the run");
        var admin = (fromAnother ? other : host).Admin;
        Assert.That((await admin.RescheduleAsync(id, Tomorrow)).Outcome, Is.EqualTo(ActOutcome.Running));
        Assert.That((await admin.SetPriorityAsync(id, 5)).Outcome, Is.EqualTo(ActOutcome.Running));
        Assert.That((await admin.DiscardAsync(id, "hopeless")).Outcome, Is.EqualTo(ActOutcome.Asked));
        var job = await host.Client.UntilAsync(id, JobState.Failed);
        Assert.That((job.Attempts.Single().Error, runs), Is.EqualTo(("hopeless", 1)));
        Assert.That((await admin.RescheduleAsync(id, Tomorrow)).Outcome, Is.EqualTo(ActOutcome.Finished));
    }

    [Test]
    public async Task A_rescheduled_job_runs_at_its_new_time_and_one_of_the_past_now()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        var later = (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = Hour })).JobId;
        var soon = (await host.Client.EnqueueAsync(new Work("b"), new EnqueueOptions { Delay = Hour })).JobId;
        var at = Tomorrow;
        Assert.That((await host.Admin.RescheduleAsync(later, at)).Outcome, Is.EqualTo(ActOutcome.Done));
        Assert.That((await host.Admin.RescheduleAsync(later, at)).Outcome, Is.EqualTo(ActOutcome.NothingToDo));
        Assert.That((await host.Client.GetAsync(later))!.ScheduledFor, Is.EqualTo(at).Within(TimeSpan.FromMicroseconds(1)));
        await host.Admin.RescheduleAsync(soon, at.AddYears(-10));
        await host.Client.UntilAsync(soon, JobState.Succeeded);
        await host.Admin.RescheduleAsync(later, TimeProvider.System.GetUtcNow().AddMilliseconds(300));
        await host.Client.UntilAsync(later, JobState.Succeeded);
    }

    [Test]
    public async Task A_priority_is_seen_wherever_the_job_is_and_survives_retries()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        var ready = (await producer.Client.EnqueueAsync(new Work("a"))).JobId;
        var scheduled = (await producer.Client.EnqueueAsync(new Work("b"), new EnqueueOptions { Delay = Hour })).JobId;
        foreach (var id in new[] { ready, scheduled })
        {
            Assert.That((await producer.Admin.SetPriorityAsync(id, 42)).Outcome, Is.EqualTo(ActOutcome.Done));
            Assert.That((await producer.Admin.SetPriorityAsync(id, 42)).Outcome, Is.EqualTo(ActOutcome.NothingToDo));
            Assert.That((await producer.Client.GetAsync(id))!.Priority, Is.EqualTo(42));
        }

        foreach (var state in new JobState?[] { JobState.Ready, JobState.Scheduled, null })
            Assert.That((await producer.Admin.FindAsync(new JobFilter { State = state })).Jobs.Select(j => j.Priority), Is.All.EqualTo(42), $"{state}");
        var seen = new List<int>();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork((_, context, _) =>
        {
            seen.Add(context.Priority);
            return context.Attempt < 3 ? throw new IOException("again") : Task.CompletedTask;
        }));
        Assert.That((await host.Client.UntilAsync(ready, JobState.Succeeded)).Priority, Is.EqualTo(42));
        Assert.That(seen, Is.EqualTo([42, 42, 42]));
    }

    [TestCase(JobState.Ready)]
    [TestCase(JobState.Scheduled)]
    public async Task Acts_on_many_touch_what_fits_and_repeating_them_touches_nothing(JobState state)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var options = new EnqueueOptions { Delay = state == JobState.Scheduled ? Hour : null, Queue = "a", Priority = 1 };
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 1100).Select(i => new Work($"{i}")), options);
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 100).Select(i => new Work($"{i}")), options with { Priority = 7 });
        var kept = (await host.Client.EnqueueAsync(new Work("kept"), options with { Queue = "b" })).JobId;
        var filter = new JobFilter { State = state, Queue = "a" };
        var told = new List<long>();
        Assert.That(await host.Admin.CountAsync(filter), Is.EqualTo(new JobCount(1200, false)));
        Assert.That(await host.Admin.SetPriorityAllAsync(filter, 7, new Told(told)), Is.EqualTo(1100));
        Assert.That(told, Is.Ordered.And.Count.GreaterThan(1));
        Assert.That(await host.Admin.SetPriorityAllAsync(filter, 7), Is.Zero);
        Assert.That((await host.Admin.FindAsync(filter, size: 1000)).Jobs.Select(j => j.Priority), Is.All.EqualTo(7));
        var at = Tomorrow;
        Assert.That(await host.Admin.RescheduleAllAsync(filter, at), Is.EqualTo(1200));
        Assert.That(await host.Admin.RescheduleAllAsync(filter with { State = JobState.Scheduled }, at), Is.Zero);
        Assert.That(await host.Admin.RescheduleAllAsync(filter with { State = JobState.Scheduled }, at.AddYears(-9)), Is.EqualTo(1200));
        Assert.That(await host.Admin.DiscardAllAsync(filter with { State = JobState.Ready }, "spring cleaning"), Is.EqualTo(1200));
        Assert.That(await host.Admin.DiscardAllAsync(filter with { State = JobState.Ready }), Is.Zero);
        Assert.That((await host.Client.GetStatsAsync()).Failed, Is.EqualTo(1200));
        Assert.That((await host.Client.GetAsync(kept))!.State, Is.EqualTo(state));
    }

    [Test]
    public async Task No_job_is_lost_or_run_twice_while_priorities_times_and_cancels_change_under_the_workers()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        var ids = (await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 4000).Select(i => new Work($"{i}")))).Select(r => r.JobId).ToList();
        await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 500).Select(i => new Work($"{i}")), new EnqueueOptions { Delay = Hour });
        var runs = new System.Collections.Concurrent.ConcurrentDictionary<Guid, int>();
        async Task<TestHost> WorkerAsync() => await TestHost.StartAsync(database, q => q.OnWork(async (_, context, _) =>
        {
            runs.AddOrUpdate(context.JobId, 1, static (_, n) => n + 1);
            await Task.Yield();
        }), static o => o.Queues = new Dictionary<string, QueueOptions> { ["default"] = new() { Concurrency = 5 } });
        await using var one = await WorkerAsync();
        await using var two = await WorkerAsync();
        var (ready, scheduled) = (new JobFilter { State = JobState.Ready }, new JobFilter { State = JobState.Scheduled });
        var now = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(
            one.Admin.SetPriorityAllAsync(ready, 5), two.Admin.SetPriorityAllAsync(ready, -5), producer.Admin.SetPriorityAllAsync(scheduled, 9),
            producer.Admin.RescheduleAllAsync(ready, now.AddSeconds(1)), one.Admin.RescheduleAllAsync(scheduled, now),
            Task.WhenAll(ids.Where((_, i) => i % 50 == 0).Select(id => producer.Admin.CancelAsync(id, "one of many"))),
            Task.WhenAll(ids.Where((_, i) => i % 50 == 1).Select(id => two.Admin.SetPriorityAsync(id, 3))));
        await producer.Admin.RescheduleAllAsync(scheduled, now);
        await Signals.UntilAsync(
            async () => await producer.Client.GetStatsAsync() is { Ready: 0, Scheduled: 0, Running: 0 }, async () => $"{await producer.Client.GetStatsAsync()}");
        var stats = await producer.Client.GetStatsAsync();
        Assert.That(stats.Succeeded + stats.Cancelled, Is.EqualTo(4500));
        await using var session = await Storage.Session.OpenAsync(database);
        Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/job j where 1 <> (select count(*) from /*schema*/attempt r where r.job_id = j.id and r.outcome in (2, 5))"), Is.Zero, "jobs without exactly one end");
        Assert.That(runs.Count(r => r.Value != 1), Is.Zero, "jobs that ran twice");
        Assert.That(runs, Has.Count.EqualTo(stats.Succeeded));
    }

    [Test]
    public async Task Jobs_that_arrive_during_an_act_on_many_are_left_alone()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 700).Select(i => new Work($"{i}")));
        var late = Guid.Empty;
        var between = new Between(() => late = host.Client.EnqueueAsync(new Work("late")).GetAwaiter().GetResult().JobId);
        Assert.That(await host.Admin.DiscardAllAsync(new JobFilter { State = JobState.Ready }, null, between), Is.EqualTo(700));
        Assert.That((await host.Client.GetAsync(late))!.State, Is.EqualTo(JobState.Ready));
    }

    [Test]
    public async Task Above_ten_thousand_a_count_is_a_lower_bound()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 10_001).Select(i => new Work($"{i}")));
        Assert.That(await host.Admin.CountAsync(new JobFilter { State = JobState.Ready }), Is.EqualTo(new JobCount(10_000, true)));
        Assert.That(await host.Admin.CountAsync(new JobFilter { State = JobState.Failed, Error = "x" }), Is.EqualTo(new JobCount(0, false)));
        Assert.That(await host.Admin.CountAsync(), Is.EqualTo(new JobCount(10_000, true)));
    }

    [Test]
    public async Task Bad_input_names_the_field()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var (admin, id, ready) = (host.Admin, Guid.CreateVersion7(), new JobFilter { State = JobState.Ready });
        void Refused(Func<Task> act, string field) =>
            Assert.That(act, Throws.InstanceOf<InvalidJobFilterException>().With.Property(nameof(InvalidJobFilterException.Field)).EqualTo(field));
        Assert.Multiple(() =>
        {
            foreach (var actor in new[] { "", "a\0", new string('x', 201), null!, "\ud800" })
                Refused(() => Task.FromResult(admin.As(actor)), "actor");
            foreach (var reason in new[] { "", "a\0", new string('x', 1001), "\udc00x" })
            {
                Refused(() => admin.CancelAsync(id, reason), "reason");
                Refused(() => admin.CancelAllAsync(ready, reason), "reason");
                Refused(() => admin.DiscardAsync(id, reason), "reason");
                Refused(() => admin.DiscardAllAsync(ready, reason), "reason");
                Refused(() => admin.PauseQueueAsync("a", reason), "reason");
                Refused(() => admin.PauseTypeAsync("a", reason), "reason");
            }

            foreach (var priority in new[] { -101, 101, int.MaxValue })
            {
                Refused(() => admin.SetPriorityAsync(id, priority), "priority");
                Refused(() => admin.SetPriorityAllAsync(ready, priority), "priority");
            }

            foreach (var at in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            {
                Refused(() => admin.RescheduleAsync(id, at), "runAt");
                Refused(() => admin.RescheduleAllAsync(ready, at), "runAt");
            }

            Refused(() => admin.PauseQueueAsync("A b"), "queue");
            Refused(() => admin.ResumeQueueAsync(null!), "queue");
            Refused(() => admin.PauseTypeAsync("a*b"), "type");
            Refused(() => admin.ResumeTypeAsync(""), "type");
            Refused(() => admin.CountAsync(new JobFilter { Queue = "x; drop" }), "Queue");
            Refused(() => admin.GetAuditAsync(size: 0), "size");
            Refused(() => admin.GetAuditAsync("-1"), "after");
            Refused(() => admin.DiscardAllAsync(new JobFilter { State = JobState.Failed }), "State");
            Refused(() => admin.RescheduleAllAsync(new JobFilter { State = JobState.Running }, Tomorrow), "State");
            Refused(() => admin.SetPriorityAllAsync(new JobFilter(), 1), "State");
        });
        Assert.That((await admin.GetAuditAsync()).Lines, Is.Empty, "nothing was done");
    }

    private sealed class Told(List<long> told) : IProgress<long>
    {
        public void Report(long value) => told.Add(value);
    }

    private sealed class Between(Action once) : IProgress<long>
    {
        private Action? _once = once;

        public void Report(long value) => Interlocked.Exchange(ref _once, null)?.Invoke();
    }
}
