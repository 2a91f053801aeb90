namespace PgQueue.Tests.Worker;

/// <summary>A type that a process has no handler for is left for others.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class UnknownTypeTests
{
    [Test]
    public async Task It_burns_no_attempt_is_visible_and_runs_promptly_where_a_handler_starts()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var without = await TestHost.StartAsync(database, static q => q.OnWork());
        var errand = (await without.Client.EnqueueAsync(new Errand(1), new EnqueueOptions { MaxAttempts = 1 })).JobId;
        var deferred = await without.Client.UntilAttemptsAsync(errand, 1);
        Assert.Multiple(async () =>
        {
            Assert.That((deferred.State, deferred.Attempt, deferred.Attempts[0].Outcome), Is.EqualTo((JobState.Scheduled, 0, AttemptOutcome.Deferred)));
            Assert.That((await without.Client.GetStatsAsync()) is { Deferred: 1, Scheduled: 1 }, Is.True);
            Assert.That(without.Log.Count(303), Is.EqualTo(1), "said once a type");
        });
        await TestDatabase.ExecuteAsync(database, "update pgqueue.scheduled set run_at = run_at + interval '1 hour'");
        await using var with = await TestHost.StartAsync(database, static q => q.On<Errand>(static (_, _, _) => Task.CompletedTask));
        var job = await with.Client.UntilAsync(errand, JobState.Succeeded);
        Assert.That(job.Attempt, Is.EqualTo(1));
    }

    [Test]
    public async Task Neighbours_of_an_unknown_type_run()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 50).Select(i => new NewJob(i % 2 == 0 ? new Errand(i) : new Work("a"))));
        foreach (var receipt in receipts.Where((_, i) => i % 2 == 1))
            await host.Client.UntilAsync(receipt.JobId, JobState.Succeeded);
        Assert.That((await host.Client.GetStatsAsync()).Failed, Is.Zero);
    }

    [Test]
    public async Task Where_two_processes_share_a_queue_each_type_reaches_its_handler()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var works = await TestHost.StartAsync(database, static q => q.OnWork());
        await using var errands = await TestHost.StartAsync(database, static q => q.On<Errand>(static (_, _, _) => Task.CompletedTask));
        var receipts = await works.Client.EnqueueManyAsync(Enumerable.Range(0, 20).Select(i => new NewJob(i % 2 == 0 ? new Errand(i) : new Work("a"))));
        foreach (var receipt in receipts)
            await works.Client.UntilAsync(receipt.JobId, JobState.Succeeded);
    }
}
