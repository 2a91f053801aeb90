using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>Jobs that kill their process.</summary>
internal sealed class PoisonTests
{
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task A_job_that_kills_three_processes_fails_and_its_neighbours_complete()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        // all of them run when it first kills, so that nobody knows which it was
        string[] settings = ["lease=2000", "renew=500", "concurrency=50"];
        await arena.WorkerAsync(settings);
        await arena.StopAllAsync();
        var innocents = await arena.EnqueueAsync("long", 20, 300);
        var poison = (await arena.EnqueueAsync("poison", 1))[0];
        innocents = [.. innocents, .. await arena.EnqueueAsync("long", 20, 300)];
        var deaths = 0;
        var worker = await arena.WorkerAsync(settings);
        await Wait.UntilAsync(async () =>
        {
            if (worker.HasExited)
            {
                deaths++;
                await worker.ExitAsync();
                worker = await arena.WorkerAsync(settings);
            }

            return (await arena.Client.GetAsync(poison))!.State == JobState.Failed;
        }, "the poison fails", 60, () => worker.Log);
        var verdict = await arena.JudgeAsync();
        var info = await arena.Client.GetAsync(poison);
        TestContext.Out.WriteLine($"{deaths} deaths; {info!.Attempts[^1].Error}");
        TestContext.Out.WriteLine($"innocents lost once {await LostAsync(arena, 1)}, twice {await LostAsync(arena, 2)}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(deaths, Is.EqualTo(3));
            Assert.That(info.Attempts.Select(a => a.Outcome).Where(o => o != AttemptOutcome.Released), Is.EqualTo(new[] { AttemptOutcome.Lost, AttemptOutcome.Lost, AttemptOutcome.Failed }));
            Assert.That(info.Attempts[^1].Error, Does.Contain("process died").And.Contain("after 3 deaths"));
            foreach (var innocent in innocents)
                Assert.That((await arena.Client.GetAsync(innocent))!.State, Is.EqualTo(JobState.Succeeded));
        }

        verdict.Hold("a poisonous job among 40 innocent ones");
    }

    private static Task<long> LostAsync(Arena arena, int times) => arena.NumberAsync(
        $"select count(*) from (select from pgqueue.attempt group by job_id having count(*) filter (where outcome = 10) = {times} and bool_or(outcome = 2)) x");

    [Test]
    public async Task Stopping_again_and_again_is_no_crash()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var job = (await arena.EnqueueAfterMigrationAsync("long", 1, 60_000))[0];
        for (var stops = 0; stops < 5; stops++)
        {
            var worker = await arena.WorkerAsync("drain=0", "cancel=1000");
            await Wait.UntilAsync(() => arena.Events().Any(e => e.Kind == "start" && e.Process == worker.Id), "it runs");
            await worker.StopAsync();
        }

        var info = await arena.Client.GetAsync(job);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(info!.State, Is.EqualTo(JobState.Ready));
            Assert.That(info.Attempts.Select(a => (a.Number, a.Outcome)), Is.All.EqualTo((1, AttemptOutcome.Released)));
            Assert.That(await arena.NumberAsync("select max(crashes) from pgqueue.ready"), Is.Zero);
        }
    }
}
