using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>A PgBouncer in transaction mode in front of the server.</summary>
internal sealed class PoolerTests
{
    private ThrowawayServer _server;
    private ThrowawayPgBouncer _pooler;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });
        _pooler = await ThrowawayPgBouncer.StartAsync(_server);
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        await _pooler.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Everything_works_through_a_transaction_mode_pooler_and_the_log_says_once_that_notifications_do_not_arrive()
    {
        await _server.CreateDatabaseAsync("pooled");
        await using var arena = await Arena.OpenAsync(_server.ConnectionString("pooled"), _pooler.ConnectionString("pooled"));
        var workers = await arena.WorkersAsync(2);
        var producer = arena.Producer("jobs=1500");
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") > 200, "jobs run");
        await workers[0].KillAsync();
        await producer.ExitAsync();
        await arena.DrainedAsync();
        await Wait.UntilAsync(() => workers[1].Said("Notifications do not arrive"), "the log says so");
        await arena.EnqueueAsync("noop", 5);
        await arena.DrainedAsync(10);
        var verdict = await arena.JudgeAsync();
        Assert.That(workers[1].Count("Notifications do not arrive"), Is.EqualTo(1));
        Assert.That(workers[1].Said("Notifications arrive"), Is.False);
        verdict.Hold("through PgBouncer in transaction mode");
    }

    [Test]
    public async Task Schedules_fire_once_an_occurrence_through_a_transaction_mode_pooler()
    {
        await _server.CreateDatabaseAsync("scheduled");
        await using var arena = await Arena.OpenAsync(_server.ConnectionString("scheduled"), _pooler.ConnectionString("scheduled"));
        var workers = await arena.WorkersAsync(3, "schedules=10");
        await Wait.UntilAsync(async () => await arena.NumberAsync("select count(*) from pgqueue.occurrence") >= 30, "three occurrences each");
        await workers[0].KillAsync();
        var before = await arena.NumberAsync("select count(*) from pgqueue.occurrence");
        await Wait.UntilAsync(async () => await arena.NumberAsync("select count(*) from pgqueue.occurrence") >= before + 30, "three more each");
        Assert.That(await arena.NumberAsync("select count(*) from (select due - lag(due) over (partition by schedule order by due) d from pgqueue.occurrence) x where d <> interval '1 second'"), Is.Zero);
        Assert.That(await arena.NumberAsync("select count(*) from (select from pgqueue.job group by headers ->> 'pgqueue-schedule', headers ->> 'pgqueue-occurrence' having count(*) > 1) x"), Is.Zero);
        await arena.StopAllAsync();
    }

    [Test]
    public async Task Directly_the_log_says_that_notifications_arrive()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var worker = await arena.WorkerAsync();
        await Wait.UntilAsync(() => worker.Said("Notifications arrive"), "the log says so");
        await arena.EnqueueAsync("noop", 5);
        (await arena.JudgeAsync()).Hold("directly");
        Assert.That(worker.Said("Notifications do not arrive"), Is.False);
    }
}
