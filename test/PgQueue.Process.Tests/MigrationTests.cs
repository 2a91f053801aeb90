using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>Many processes bring one empty database up to date.</summary>
internal sealed class MigrationTests
{
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Sixteen_processes_start_at_once_on_an_empty_database()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        await arena.WorkersAsync(16, "lease=10000", "renew=2000");
        await arena.EnqueueAsync("noop", 100);
        (await arena.JudgeAsync()).Hold("16 processes at once on an empty database");
    }

    [Test]
    public async Task Processes_killed_while_they_migrate_leave_nothing_that_stops_the_next()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var steps = new HashSet<long>();
        for (var round = 0; round < 6; round++)
        {
            var children = Enumerable.Range(0, 2).Select(_ => arena.Start(["mode=worker"])).ToList();
            var target = round;
            await Wait.UntilAsync(
                async () => children.Exists(c => c.HasExited) || await StepAsync(arena) >= target || children.Exists(c => c.Said("registered")), "a step is under way");
            await Task.WhenAll(children.Select(c => c.KillAsync()));
            steps.Add(await StepAsync(arena));
        }

        await arena.WorkersAsync(2);
        await arena.EnqueueAsync("noop", 100);
        (await arena.JudgeAsync()).Hold($"killed with {string.Join(", ", steps)} steps done");
    }

    private static async Task<long> StepAsync(Arena arena) =>
        await arena.NumberAsync("select count(*) from pg_class where oid = to_regclass('pgqueue.migration')") == 0
            ? 0
            : await arena.NumberAsync("select count(*) from pgqueue.migration");
}
