using System.Diagnostics;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>An operator in one process, workers in others.</summary>
internal sealed class OperatorTests
{
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task A_job_that_runs_in_another_process_is_told_by_the_notification_to_stop()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        // its heartbeat alone would bring the news in half a minute
        await arena.WorkerAsync("lease=80000", "renew=30000");
        var (discarded, cancelled) = ((await arena.EnqueueAsync("long", 1, 120_000))[0], (await arena.EnqueueAsync("long", 1, 120_000))[0]);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 2, "both run");
        foreach (var (job, act) in new (Guid, Func<Guid, Task<ActResult>>)[]
        {
            (discarded, id => arena.Admin.DiscardAsync(id, "hopeless")), (cancelled, id => arena.Admin.CancelAsync(id, "unwanted")),
        })
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.That((await act(job)).Outcome, Is.EqualTo(ActOutcome.Asked));
            await Wait.UntilAsync(() => arena.Events().Any(e => e.Kind == "token-cancelled" && e.Job == job), "its token fires", 12);
            TestContext.Out.WriteLine($"token cancelled {Stopwatch.GetElapsedTime(asked, arena.Events().First(e => e.Kind == "token-cancelled" && e.Job == job).At).TotalMilliseconds:0} ms after the call");
        }

        await arena.DrainedAsync(20);
        Assert.That((await arena.Client.GetAsync(discarded))!, Has.Property("State").EqualTo(JobState.Failed));
        Assert.That((await arena.Client.GetAsync(discarded))!.Attempts.Single().Error, Is.EqualTo("hopeless"));
        Assert.That((await arena.Client.GetAsync(cancelled))!, Has.Property("State").EqualTo(JobState.Cancelled));
        (await arena.JudgeAsync()).Hold("acts on running jobs of another process");
    }

    [Test]
    public async Task A_pause_stops_starts_in_other_processes_and_a_resume_loses_and_repeats_nothing([Values] bool ofType)
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        await arena.WorkersAsync(3, "concurrency=2");
        await arena.EnqueueAsync("random", 3000, 20);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") > 20, "they run");
        Assert.That(await (ofType ? arena.Admin.PauseTypeAsync("wor*", "stop") : arena.Admin.PauseQueueAsync("default", "stop")), Is.True);
        // the few that run go on, what is held goes back
        await Wait.UntilAsync(async () => await arena.NumberAsync("select count(*) from pgqueue.lease") == 0 && (!ofType || await arena.NumberAsync("select count(*) from pgqueue.ready") == 0),
            "everything is back", 20);
        var paused = Stopwatch.GetTimestamp();
        var before = await arena.NumberAsync("select count(*) from pgqueue.attempt where outcome = 2");
        Assert.That(before, Is.LessThan(3000), "the pause came too late to show anything");
        var late = await arena.EnqueueAsync("noop", 50, options: new EnqueueOptions { Priority = 60 });
        await arena.WorkerAsync("concurrency=2");
        await Wait.MomentAsync(1500, 2000);
        Assert.That(arena.Events().Count(e => e.Kind == "start" && e.At > paused), Is.Zero, "started while paused");
        await (ofType ? arena.Admin.ResumeTypeAsync("wor*") : arena.Admin.ResumeQueueAsync("default"));
        var verdict = await arena.JudgeAsync();
        Assert.That(arena.Events().Count(e => e.Kind == "start" && late.Contains(e.Job)), Is.EqualTo(50));
        Assert.That(await arena.NumberAsync("select max(attempt) from pgqueue.attempt"), Is.EqualTo(1), "attempts burnt");
        verdict.Hold($"a pause of a {(ofType ? "type" : "queue")}");
    }
}
