using System.Diagnostics;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>kill -9, SIGSTOP and SIGCONT of workers.</summary>
internal sealed class KillTests
{
    private const int Lease = 3;
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Killed_workers_lose_no_job_and_nothing_runs_twice_at_once()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var workers = (await arena.WorkersAsync(3)).ToList();
        var producers = new[] { arena.Producer("jobs=2500"), arena.Producer("jobs=2500") };
        for (var kills = 0; kills < 8; kills++)
        {
            await Wait.MomentAsync(300, 900);
            var victim = workers[Random.Shared.Next(workers.Count)];
            await victim.KillAsync();
            workers.Remove(victim);
            workers.Add(await arena.WorkerAsync());
        }

        foreach (var producer in producers)
            await producer.ExitAsync();
        (await arena.JudgeAsync()).Hold("8 workers killed under load");
    }

    [Test]
    public async Task Jobs_of_a_killed_worker_run_elsewhere_within_the_lease_and_two_seconds()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var victim = await arena.WorkerAsync();
        await arena.EnqueueAsync("once", 10, 60_000);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 10, "all of them run");
        var survivor = await arena.WorkerAsync();
        await victim.KillAsync();
        var verdict = await arena.JudgeAsync();
        var taken = arena.Events().Where(e => e.Process == survivor.Id && e.Kind == "start").Select(e => Stopwatch.GetElapsedTime(victim.DeadAt, e.At)).ToList();
        TestContext.Out.WriteLine($"10 jobs taken over {taken.Min().TotalSeconds:0.00} to {taken.Max().TotalSeconds:0.00} s after the kill, with a lease of {Lease} s");
        Assert.That(taken.Max(), Is.LessThan(TimeSpan.FromSeconds(Lease + 2)));
        verdict.Hold("a worker killed with 10 jobs");
    }

    [Test]
    public async Task Long_jobs_of_a_killed_worker_do_not_wait_for_each_other()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var victim = await arena.WorkerAsync();
        await arena.EnqueueAsync("long", 6, 6000);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 6, "all of them run");
        var survivor = await arena.WorkerAsync();
        await victim.KillAsync();
        var verdict = await arena.JudgeAsync();
        var last = Stopwatch.GetElapsedTime(victim.DeadAt, arena.Events().Last(e => e.Process == survivor.Id && e.Kind == "start").At);
        TestContext.Out.WriteLine($"the last of 6 jobs of 6 s each started again {last.TotalSeconds:0.00} s after the kill");
        Assert.That(last, Is.LessThan(TimeSpan.FromSeconds(Lease + 2 + 6)), "a second for each, not the length of each");
        verdict.Hold("a worker killed with 6 long jobs");
    }

    [Test]
    public async Task A_frozen_worker_that_wakes_after_its_lease_stops_at_once_and_is_refused()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var sleeper = await arena.WorkerAsync();
        await arena.EnqueueAsync("once", 5, 60_000);
        await arena.EnqueueAsync("effect", 5, 700);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 10, "all of them run");
        sleeper.Freeze();
        var other = await arena.WorkerAsync();
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "end" && e.Process == other.Id) == 10, "they run elsewhere");
        var thawed = sleeper.Thaw();
        await Wait.UntilAsync(() => sleeper.Count("registered for queues") == 2, "it takes a new worker id");
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "end" && e.Process == sleeper.Id) == 10, "its handlers end");
        var told = arena.Events().Where(e => e.Kind == "token-cancelled" && e.Process == sleeper.Id).Select(e => Stopwatch.GetElapsedTime(thawed, e.At)).ToList();
        TestContext.Out.WriteLine($"{told.Count} tokens cancelled within {told.Max().TotalMilliseconds:0} ms of SIGCONT");
        await arena.EnqueueAsync("noop", 20);
        var verdict = await arena.JudgeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Has.Count.EqualTo(10));
            Assert.That(told.Max(), Is.LessThan(TimeSpan.FromMilliseconds(250)));
            Assert.That(arena.Events().Count(e => e.Kind == "effect.stale" && e.Process == sleeper.Id), Is.EqualTo(5));
        }

        verdict.Hold("a worker frozen for longer than its lease");
    }
}
