using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>The server dies, or ends sessions, under load.</summary>
internal sealed class ServerDeathTests
{
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task A_server_that_drops_dead_under_load_loses_no_acked_job()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        await arena.WorkersAsync(3);
        var producers = new[] { arena.Producer("jobs=4000"), arena.Producer("jobs=4000") };
        for (var deaths = 0; deaths < 4; deaths++)
        {
            await Wait.MomentAsync(800, 1500);
            await _server.StopAsync(ThrowawayStopMode.Immediate);
            await _server.StartAgainAsync();
        }

        await Task.WhenAll(producers.Select(p => p.ExitAsync()));
        (await arena.JudgeAsync()).Hold("4 immediate restarts of the server under load");
    }

    [Test]
    public async Task Sessions_ended_at_any_moment_lose_no_job_and_run_none_twice()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        await arena.WorkersAsync(3);
        var producers = new[] { arena.Producer("jobs=4000"), arena.Producer("jobs=4000") };
        var ended = 0L;
        while (!producers.All(p => p.HasExited))
        {
            // half of them at random, half in the middle of a commit or another write to the log
            ended += await arena.NumberAsync(
                """
                select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                  and backend_type = 'client backend' and (wait_event_type in ('IO', 'LWLock') or random() < 0.1) order by random() limit 2) x
                """);
            await Wait.MomentAsync(5, 60);
        }

        Assert.That(ended, Is.GreaterThan(50));
        (await arena.JudgeAsync()).Hold($"{ended} sessions ended under load");
    }

    [Test]
    public async Task A_server_away_for_longer_than_the_lease_stops_handlers_and_all_goes_on_after()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var worker = await arena.WorkerAsync("lease=2000", "renew=500");
        await arena.EnqueueAsync("long", 5, 4000);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 5, "all of them run");
        await _server.StopAsync(ThrowawayStopMode.Immediate);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "token-cancelled") == 5, "the watchdog stops them", 3);
        await _server.StartAgainAsync();
        var verdict = await arena.JudgeAsync();
        Assert.That(worker.Count("registered for queues"), Is.EqualTo(2));
        Assert.That(await arena.NumberAsync("select count(*) from pgqueue.attempt where outcome = 10"), Is.Zero, "an outage is nobody's death");
        verdict.Hold("the server was away for longer than the lease");
    }
}
