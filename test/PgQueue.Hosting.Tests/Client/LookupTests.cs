namespace PgQueue.Tests.Client;

[Parallelizable(ParallelScope.Children)]
internal sealed class LookupTests
{
    [Test]
    public async Task An_unknown_job_is_null_and_cannot_be_cancelled()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(await host.Client.GetAsync(Guid.NewGuid()), Is.Null);
        Assert.That(await host.Client.CancelAsync(Guid.NewGuid()), Is.False);
    }

    [Test]
    public async Task Counts_follow_jobs_through_their_lives()
    {
        var running = Signals.New();
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (work, context, _) =>
        {
            switch (work.Name)
            {
                case "wait":
                    running.TrySetResult();
                    await go.Task;
                    break;
                case "retry" when context.Attempt == 1:
                    throw new IOException("again");
                case "fail":
                    context.Discard("no");
                    break;
            }
        }));
        var empty = await host.Client.GetStatsAsync();
        Assert.That(WithoutTimes(empty), Is.EqualTo(new JobStats(0, 0, 0, 0, 0, 0, 0, 0, empty.Workers, null)));
        Guid[] ids = [.. (await host.Client.EnqueueManyAsync([new Work("wait"), new Work("retry"), new Work("fail"), new Work("well")])).Select(r => r.JobId)];
        var later = (await host.Client.EnqueueAsync(new Work("later"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        await host.Client.EnqueueAsync(new Work("for nobody"), new EnqueueOptions { Queue = "other" });
        await Signals.Of(running, "a run");
        foreach (var (id, state) in ids.Zip([JobState.Running, JobState.Succeeded, JobState.Failed, JobState.Succeeded]))
            await host.Client.UntilAsync(id, state);
        var busy = await host.Client.GetStatsAsync();
        Assert.That(WithoutTimes(busy), Is.EqualTo(new JobStats(1, 1, 0, 1, 2, 1, 0, 1, 1, null)));
        Assert.That(busy.OldestReadyAge, Is.GreaterThanOrEqualTo(TimeSpan.Zero).And.LessThan(Signals.Patience));
        Assert.That(await host.Client.CancelAsync(later), Is.True);
        go.SetResult();
        await host.Client.UntilAsync(ids[0], JobState.Succeeded);
        var after = await host.Client.GetStatsAsync();
        Assert.That(WithoutTimes(after), Is.EqualTo(new JobStats(1, 0, 0, 0, 3, 1, 1, 1, 1, null)));
    }

    private static JobStats WithoutTimes(JobStats stats) =>
        stats with { OldestReadyAge = null, LastMinute = new(), LastHour = new(), LastDay = new() };

    [Test]
    public async Task An_attempt_that_was_not_burnt_does_not_count()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        Guid id;
        await using (var host = await TestHost.StartAsync(database, static q => q.OnWork(static (_, context, _) =>
        {
            context.Snooze(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        })))
        {
            id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
            var snoozed = await host.Client.UntilAttemptsAsync(id, 1);
            Assert.That((snoozed.State, snoozed.Attempt, snoozed.Attempts[0].Outcome), Is.EqualTo((JobState.Scheduled, 0, AttemptOutcome.Snoozed)));
        }

        await TestDatabase.ExecuteAsync(database, "select pgqueue.run_now(array(select job_id from pgqueue.scheduled))");
        await using var other = await TestHost.StartAsync(database);
        var ready = (await other.Client.GetAsync(id))!;
        Assert.That((ready.State, ready.Attempt), Is.EqualTo((JobState.Ready, 0)));
    }
}
