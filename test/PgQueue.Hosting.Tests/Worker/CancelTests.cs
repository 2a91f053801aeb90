namespace PgQueue.Tests.Worker;

[Parallelizable(ParallelScope.Children)]
internal sealed class CancelTests
{
    [Test]
    public async Task A_ready_job_that_is_cancelled_never_starts_and_keeps_the_reason()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        Guid id;
        await using (var producer = await TestHost.StartAsync(database))
        {
            id = (await producer.Client.EnqueueAsync(new Work("a"))).JobId;
            Assert.That(await producer.Client.CancelAsync(id, "changed my mind\0"), Is.True);
            Assert.That(await producer.Client.CancelAsync(id), Is.True, "it has not finished: nobody has looked at it");
        }

        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(static (_, _, _) => throw new InvalidOperationException("it ran")));
        var job = await host.Client.UntilAsync(id, JobState.Cancelled);
        Assert.That((job.Attempts.Single().Error, job.Attempts[0].StartedAt), Is.EqualTo(("changed my mind\ufffd", (DateTimeOffset?)null)));
        Assert.That(await host.Client.CancelAsync(id), Is.False, "it has finished");
    }

    [Test]
    public async Task A_scheduled_job_is_cancelled_at_once()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        var id = (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        Assert.That(await host.Client.CancelAsync(id, "no"), Is.True);
        var job = (await host.Client.GetAsync(id))!;
        Assert.That((job.State, job.Attempts.Single().Error, job.Attempt), Is.EqualTo((JobState.Cancelled, "no", 0)));
        Assert.That(await host.Client.CancelAsync(id), Is.False);
    }

    [Test]
    public async Task A_running_job_gets_its_token_cancelled_from_this_process_or_another([Values] bool fromAnother)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var running = Signals.New();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, token) =>
        {
            running.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }));
        await using var other = await TestHost.StartAsync(database);
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(running, "the run");
        Assert.That(await (fromAnother ? other : host).Client.CancelAsync(id, "stop it"), Is.True);
        var job = await host.Client.UntilAsync(id, JobState.Cancelled);
        Assert.That(job.Attempts.Single().Error, Is.EqualTo("stop it"));
        Assert.That(await host.Client.CancelAsync(id), Is.False);
    }

    [Test]
    public async Task A_job_that_finishes_in_spite_of_a_cancel_has_succeeded()
    {
        var running = Signals.New();
        var stopped = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, _, token) =>
        {
            running.TrySetResult();
            await using var registration = token.Register(stopped.SetResult);
            await stopped.Task;
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(running, "the run");
        await host.Client.CancelAsync(id);
        Assert.That((await host.Client.UntilAsync(id, JobState.Succeeded)).Attempts, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_cancelled_job_that_asks_for_a_retry_is_not_run_again()
    {
        var stopped = Signals.New();
        var runs = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, context, token) =>
        {
            Interlocked.Increment(ref runs);
            context.RetryAfter(TimeSpan.Zero);
            await using var registration = token.Register(() => stopped.TrySetResult());
            await stopped.Task;
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await host.Client.UntilAsync(id, JobState.Running);
        await host.Client.CancelAsync(id, "enough");
        var job = await host.Client.UntilAsync(id, JobState.Cancelled);
        Assert.That(job.Attempts[^1].Error, Is.EqualTo("enough"));
        Assert.That(runs, Is.EqualTo(1));
    }
}
