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
        string[] settings = ["concurrency=50"];
        var victim = await arena.WorkerAsync(settings);
        await arena.EnqueueAsync("long", 40, 8000);
        await Wait.UntilAsync(() => arena.Events().Count(e => e.Kind == "start") == 40, "all of them run");
        var survivor = await arena.WorkerAsync(settings);
        await victim.KillAsync();
        var verdict = await arena.JudgeAsync();
        var starts = arena.Events().Where(e => e.Process == survivor.Id && e.Kind == "start").Select(e => Stopwatch.GetElapsedTime(victim.DeadAt, e.At)).ToList();
        var last = starts.Max();
        TestContext.Out.WriteLine($"40 jobs of 8 s each started again, seconds after the kill: {string.Join(' ', starts.Select(s => s.TotalSeconds.ToString("0.0")))}");
        Assert.That(last, Is.LessThan(TimeSpan.FromSeconds(Lease + 2 + 7)), "six lots a second apart, not one job a second");
        verdict.Hold("a worker killed with 40 long jobs");
    }

    [Test]
    public async Task A_job_with_one_attempt_that_never_started_survives_the_kill_of_its_worker([Values(0, 400)] int quickOnesBefore)
    {
        string[] settings = ["concurrency=2"];
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var victim = await arena.WorkerAsync(settings);
        // quick jobs teach the worker to hold a reserve
        await arena.EnqueueAsync("noop", quickOnesBefore);
        await arena.DrainedAsync();
        var jobs = await arena.EnqueueAsync("long", 200, 300, new EnqueueOptions { MaxAttempts = 1 });
        await Wait.UntilAsync(async () => await arena.NumberAsync("select count(*) from pgqueue.ready") is > 0 and < 195 && FreshStarts(arena) == 2
            && await arena.NumberAsync("select sum(cardinality(job_ids)) from pgqueue.lease") == 2, "two have just started, and nothing else is held");
        await victim.KillAsync();
        await arena.WorkerAsync("concurrency=10");
        var verdict = await arena.JudgeAsync();
        var started = arena.Events().Where(e => e.Kind == "start" && e.Process == victim.Id).Select(e => e.Job).ToHashSet();
        var failed = new List<Guid>();
        foreach (var job in jobs)
            if ((await arena.Client.GetAsync(job))!.State == JobState.Failed)
                failed.Add(job);
        TestContext.Out.WriteLine($"{failed.Count} of 200 failed; {await arena.NumberAsync("select count(*) from pgqueue.attempt where outcome = 6")} were handed back unstarted");
        Assert.That(failed, Has.Count.EqualTo(2).And.SubsetOf(started), "those that were running");
        verdict.Hold("a worker killed in the middle of jobs with one attempt each");
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

    /// <summary>How many jobs run that have most of their time before them.</summary>
    private static int FreshStarts(Arena arena)
    {
        var now = Stopwatch.GetTimestamp();
        return arena.Events().GroupBy(e => e.Job).Count(g => g.MaxBy(e => e.At) is { Kind: "start" } last && Stopwatch.GetElapsedTime(last.At, now) < TimeSpan.FromMilliseconds(150));
    }
}
