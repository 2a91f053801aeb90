using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Scheduling;

[Parallelizable(ParallelScope.Children)]
internal sealed class DelayedJobTests
{
    [Test]
    public async Task A_delayed_job_starts_when_it_is_due_and_never_before()
    {
        const int Jobs = 20;
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), static o =>
        {
            o.Polling.Busy = TimeSpan.FromSeconds(1);
            o.Polling.Idle = TimeSpan.FromSeconds(5);
        });
        await using var producer = await TestHost.StartAsync(database);
        await Signals.UntilAsync(() => host.Log.Count(602) > 0, "notifications arrive");
        var ids = new List<Guid>();
        for (var i = 0; i < Jobs; i++)
            ids.Add((await (i % 2 == 0 ? host : producer).Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(300 + (i * 150)) })).JobId);
        foreach (var id in ids)
            await host.Client.UntilAsync(id, JobState.Succeeded);
        await using var session = await Session.OpenAsync(database);
        var late = await session.ListAsync<double>(
            "select extract(epoch from a.started_at - j.due)::float8 * 1000 from /*schema*/job j join /*schema*/attempt a on a.job_id = j.id order by 1");
        TestContext.Out.WriteLine($"start after due, ms: min {late[0]:F1}, median {late[Jobs / 2]:F1}, max {late[^1]:F1}");
        Assert.That(late[0], Is.GreaterThan(-2), "started_at is the commit's time less whole milliseconds");
        Assert.That(late[Jobs / 2], Is.LessThan(1000));
    }

    [Test]
    public async Task What_is_put_off_for_a_moment_does_not_wait_for_the_promoters_nap([Values("retry", "retry after", "snooze")] string how)
    {
        // a nap lasts almost two seconds: thirty of them are more than the test waits
        const int Times = 30;
        var runs = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, context, _) =>
        {
            if (++runs > Times)
                return Task.CompletedTask;
            if (how == "retry")
                throw new IOException("broken");
            if (how == "snooze")
                context.Snooze(TimeSpan.FromMilliseconds(20));
            else
                context.RetryAfter(TimeSpan.FromMilliseconds(20));
            return Task.CompletedTask;
        }));
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = Times + 1 })).JobId, JobState.Succeeded);
        Assert.That(runs, Is.EqualTo(Times + 1));
    }

    [Test]
    public async Task A_job_delayed_by_a_process_that_has_gone_is_found()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        Guid id;
        await using (var producer = await TestHost.StartAsync(database))
            id = (await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(200) })).JobId;
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork());
        await host.Client.UntilAsync(id, JobState.Succeeded);
    }

    [Test]
    public async Task More_jobs_due_at_once_than_one_promotion_takes_all_run()
    {
        var ran = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.On<Errand>((_, _, _) =>
        {
            Interlocked.Increment(ref ran);
            return Task.CompletedTask;
        }));
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 2500).Select(i => new Errand(i)), new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(100) });
        await Signals.UntilAsync(() => Volatile.Read(ref ran) == 2500, "all ran");
    }
}
