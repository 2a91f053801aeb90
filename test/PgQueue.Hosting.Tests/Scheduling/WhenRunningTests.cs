using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Scheduling;

[Parallelizable(ParallelScope.Children)]
internal sealed class WhenRunningTests
{
    [Test]
    public async Task Occurrences_during_a_run_are_passed_over_and_kept_as_such()
    {
        var (running, release) = (0, Signals.New());
        var most = 0;
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await release.Task;
            Interlocked.Decrement(ref running);
        }).AddCron("tick", "* * * * * *", new Work("x"), static o => o.WhenRunning = WhenRunning.Skip));
        await Signals.UntilAsync(async () => (await host.Schedules.GetAsync("tick"))?.PassedOver >= 2, () => Task.FromResult("too few passed over"));
        var job = (await host.Schedules.GetAsync("tick"))!;
        Assert.That(job.LastState, Is.EqualTo(JobState.Running));
        var trigger = await host.Schedules.TriggerAsync("tick");
        Assert.That(trigger, Is.EqualTo(new JobReceipt(job.LastJobId!.Value, EnqueueOutcome.Existing)), "a trigger does not run beside it either");
        release.SetResult();
        await Signals.UntilAsync(async () => (await host.Schedules.GetAsync("tick"))!.LastJobId != job.LastJobId, () => Task.FromResult("no further run"));
        Assert.That(most, Is.EqualTo(1));
    }

    [Test]
    public async Task One_run_is_queued_and_stands_for_all_occurrences_during_the_run_before()
    {
        var gates = new[] { Signals.New(), Signals.New() };
        var started = 0;
        var runs = new List<ScheduledRun>();
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, context, _) =>
        {
            lock (runs)
                runs.Add(context.Schedule!);
            var number = Interlocked.Increment(ref started);
            if (number <= gates.Length)
                await gates[number - 1].Task;
        }).AddCron("tick", "* * * * * *", new Work("x"), static o => o.WhenRunning = WhenRunning.QueueOne));
        await using var session = await Session.OpenAsync(database);
        await Signals.UntilAsync(
            async () => await session.OneAsync<bool>("select coalesce(waiting_at > waiting_since, false) from /*schema*/schedule"), () => Task.FromResult("nothing waits"));
        Assert.That(Volatile.Read(ref started), Is.EqualTo(1));
        gates[0].SetResult();
        await Signals.UntilAsync(() => Volatile.Read(ref started) == 2, "the queued run");
        lock (runs)
        {
            Assert.That(runs[1].MissedSince, Is.GreaterThan(runs[0].Occurrence).And.LessThan(runs[1].Occurrence));
            Assert.That(runs[1].MissedSince, Is.EqualTo(runs[0].Occurrence.AddSeconds(1)));
        }

        gates[1].SetResult();
    }

    [Test]
    public async Task Runs_beside_each_other_by_default()
    {
        var (started, release) = (0, Signals.New());
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, _, _) =>
        {
            Interlocked.Increment(ref started);
            await release.Task;
        }).AddCron("tick", "* * * * * *", new Work("x")));
        await Signals.UntilAsync(() => Volatile.Read(ref started) >= 2, "two at once");
        release.SetResult();
    }

    [Test]
    public async Task A_run_that_has_failed_does_not_hold_back_the_next()
    {
        var runs = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((_, context, _) =>
        {
            Interlocked.Increment(ref runs);
            context.Discard("no");
            return Task.CompletedTask;
        }).AddCron("tick", "* * * * * *", new Work("x"), static o => o.WhenRunning = WhenRunning.Skip));
        await Signals.UntilAsync(() => Volatile.Read(ref runs) >= 2, "a second run");
    }
}
