using System.Diagnostics;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>SIGTERM, as every deployment sends it.</summary>
internal sealed class ShutdownTests
{
    private const int Terms = 100;
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task A_hundred_SIGTERMs_under_load_lose_nothing_and_burn_no_attempt()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        await arena.WorkerAsync("concurrency=2");
        var left = Terms;
        var slowest = TimeSpan.Zero;
        var producer = arena.Producer("jobs=1000000", "pause=50", "ms=700", "mix=noop,noop,noop,noop,noop,random,random,random,random,long,tx");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var worker = await arena.WorkerAsync("concurrency=5", "drain=200", "cancel=500");
                await Wait.MomentAsync(50, 300);
                var took = await worker.StopAsync();
                lock (arena)
                    slowest = took > slowest ? took : slowest;
                Assert.That(worker.ExitCode, Is.Zero, worker.Log);
            }
        }));
        await producer.StopAsync();
        await arena.StopAllAsync();
        await arena.WorkersAsync(2, "concurrency=50");
        var verdict = await arena.JudgeAsync();
        TestContext.Out.WriteLine($"slowest exit after SIGTERM {slowest.TotalSeconds:0.00} s");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(await arena.NumberAsync("select count(*) from pgqueue.attempt where outcome = 10"), Is.Zero, "jobs that a shutdown left to rescue");
            Assert.That(await arena.NumberAsync("select count(*) from pgqueue.attempt a join pgqueue.job j on j.id = a.job_id where a.outcome in (3, 4) and j.payload ->> 'kind' <> 'tx'"),
                Is.Zero, "attempts burnt");
        }

        verdict.Hold($"{Terms} SIGTERMs under load");
    }

    [Test]
    public async Task Handlers_that_run_on_at_a_stop_are_handed_back_and_refused()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var worker = await arena.WorkerAsync("drain=200", "cancel=500");
        await arena.EnqueueAsync("once", 3, 60_000);
        await arena.EnqueueAsync("ignore", 3, 60_000);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 6, "all of them run");
        var took = await worker.StopAsync();
        Assert.That(worker.ExitCode, Is.Zero, worker.Log);
        Assert.That(await arena.NumberAsync("select count(*) from pgqueue.attempt where outcome = 6"), Is.EqualTo(6));
        Assert.That(await arena.NumberAsync("select count(*) from pgqueue.ready"), Is.EqualTo(6));
        TestContext.Out.WriteLine($"stopped {took.TotalSeconds:0.00} s after SIGTERM, 6 jobs handed back");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(4)));
        await arena.ExecuteAsync("update pgqueue.job set payload = json_build_object('kind', 'noop', 'number', 0)");
        var started = Stopwatch.GetTimestamp();
        await arena.WorkerAsync();
        var verdict = await arena.JudgeAsync();
        TestContext.Out.WriteLine($"all run elsewhere {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s later");
        Assert.That(await arena.NumberAsync("select max(attempt) from pgqueue.attempt"), Is.EqualTo(1));
        verdict.Hold("a stop with handlers that ignore their token");
    }
}
