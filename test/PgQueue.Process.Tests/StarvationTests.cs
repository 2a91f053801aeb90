using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>Handlers that block every thread of the pool.</summary>
internal sealed class StarvationTests
{
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Two_hundred_blocking_handlers_on_few_threads_cost_no_lease()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var worker = await arena.WorkerAsync("concurrency=200", "lease=2000", "renew=500");
        await arena.EnqueueAsync("block", 200, 1500);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") >= 2, "they block");
        var before = await arena.NumberAsync("select extract(epoch from max(expires_at)) * 1000 from pgqueue.worker");
        await Wait.UntilAsync(async () => await arena.NumberAsync("select extract(epoch from max(expires_at)) * 1000 from pgqueue.worker") > before + 8000, "heartbeats go on");
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "end") == 200, "they end", 90);
        var verdict = await arena.JudgeAsync();
        Assert.That(worker.Count("lost its lease"), Is.Zero, worker.Log);
        Assert.That(worker.Count("registered for queues"), Is.EqualTo(1));
        verdict.Hold("200 blocking handlers");
    }
}
