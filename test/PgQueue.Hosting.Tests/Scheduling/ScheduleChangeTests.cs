using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Scheduling;

/// <summary>Changes that meet the loop at awkward moments.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ScheduleChangeTests
{
    private const string Yearly = "0 0 1 1 *";
    private const string EverySecond = "* * * * * *";

    [Test]
    public async Task Processes_that_all_bring_another_definition_come_to_rest()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var first = await StartAsync(database, Yearly);
        await using var session = await Session.OpenAsync(database);
        var digest = await session.OneAsync<long>("select digest from /*schema*/schedule");
        // six hundred processes with definitions of their own came after it
        await session.RunAsync("update /*schema*/schedule set digest = 1, replaced = (select array_agg(g) from generate_series(2, 600) g) || digest, revision = /*schema*/next_revision()");
        await using var last = await StartAsync(database, "0 0 2 1 *");
        Assert.That(await session.OneAsync<bool>("select $1 = any(replaced) and cardinality(replaced) = 601 from /*schema*/schedule", digest), Is.True);
        await Signals.UntilAsync(() => first.Log.Count(703) == 1, "the first waits");
    }

    [Test]
    public async Task More_schedules_than_one_call_takes_that_wait_for_long_runs_do_not_hold_back_another()
    {
        var fine = 0;
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q =>
        {
            q.OnWork((_, context, _) =>
            {
                // the run before is still there when the next occurrence comes, so that this one always waits
                if (context.Attempt == 1)
                    context.RetryAfter(TimeSpan.FromSeconds(1.5));
                else
                    Interlocked.Increment(ref fine);
                return Task.CompletedTask;
            });
            for (var i = 0; i < 150; i++)
                q.AddCron($"a-{i}", EverySecond, new Work("stuck"), static o => (o.WhenRunning, o.Queue) = (WhenRunning.QueueOne, "nobody-works-on-this"));
            q.AddCron("z", EverySecond, new Work("fine"), static o => o.WhenRunning = WhenRunning.QueueOne);
        });
        await Signals.UntilAsync(() => Volatile.Read(ref fine) >= 3, "three runs of the one that is not stuck");
    }

    [Test]
    public async Task What_code_defines_is_back_when_the_client_gives_it_up()
    {
        var runs = new Runs();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => runs.On(q).AddCron("s", EverySecond, new Work("x")));
        await host.Schedules.AddOrUpdateAsync("s", Yearly, new Work("x"));
        await Signals.UntilAsync(() => host.Log.Count(702) == 1, "the loop has seen the change");
        Assert.That(await host.Schedules.RemoveAsync("s"), Is.True);
        await Signals.UntilAsync(async () => (await host.Schedules.GetAsync("s"))?.Cron == EverySecond, () => Task.FromResult("not back"));
    }

    [Test]
    public async Task A_change_that_is_met_while_a_waiting_run_is_fired_is_not_fired_by_the_old_expression()
    {
        var release = Signals.New();
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, _) => await release.Task));
        await host.Schedules.AddOrUpdateAsync("s", Yearly, new Work("x"), static o => o.WhenRunning = WhenRunning.QueueOne);
        await host.Schedules.TriggerAsync("s");
        await using var session = await Session.OpenAsync(database);
        await using var other = await Session.OpenAsync(database);
        await session.RunAsync("""
            update /*schema*/schedule set waiting_at = date_trunc('second', now()) - interval '5 s', waiting_since = date_trunc('second', now()) - interval '5 s',
              revision = /*schema*/next_revision()
            """);
        await other.RunAsync("begin");
        await other.RunAsync(
            "update /*schema*/schedule set cron = '* * * * * *', next_at = date_trunc('second', clock_timestamp()) + interval '1 s', revision = /*schema*/next_revision()");
        await Signals.UntilAsync(
            async () => await session.OneAsync<bool>("select exists(select from pg_stat_activity where wait_event_type = 'Lock' and query like '%fire_waiting%')"),
            () => Task.FromResult("fire_waiting does not wait for the row"));
        // the new expression's next occurrence has come when the change is committed
        await Signals.UntilAsync(
            async () => await other.OneAsync<bool>("select clock_timestamp() > next_at from /*schema*/schedule"), () => Task.FromResult("not yet due"));
        await other.RunAsync("commit");
        var stored = await session.OneAsync<DateTime>("select next_at from /*schema*/schedule");
        await Signals.UntilAsync(
            async () => await session.OneAsync<DateTime>("select next_at from /*schema*/schedule") > stored, () => Task.FromResult("not fired"));
        Assert.That(await session.OneAsync<bool>("select next_at < now() + interval '1 minute' from /*schema*/schedule"), Is.True, "the new expression runs every second");
        release.SetResult();
    }

    [Test]
    public async Task A_resume_and_an_update_that_meet_ticks_do_not_make_an_occurrence_run_or_wait_again()
    {
        var runs = new Runs();
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => runs.On(q));
        await host.Schedules.AddOrUpdateAsync("s", EverySecond, new Work("x"), static o => o.WhenRunning = WhenRunning.QueueOne);
        using var stop = new CancellationTokenSource();
        var meddlers = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await host.Schedules.ResumeAsync("s");
                await host.Schedules.AddOrUpdateAsync("s", EverySecond, new Work($"{i}"), static o => o.WhenRunning = WhenRunning.QueueOne);
            }
        })).ToList();
        await runs.UntilAsync(8);
        await stop.CancelAsync();
        await Task.WhenAll(meddlers);
        Assert.That(runs.Seen.Select(r => r.Occurrence), Is.Unique);
        Assert.That(runs.Seen.Where(r => r.MissedSince is { } since && runs.Seen.Any(o => o.Occurrence == since && o != r)), Is.Empty, "told as missed, though it ran");
    }

    [Test]
    public async Task A_definition_has_one_digest_whatever_the_order_of_its_headers()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        foreach (var headers in new[] { new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } })
            await using (await TestHost.StartAsync(database, q => q.OnWork().AddCron("s", Yearly, new Work("x"), o => o.Headers = headers)))
            {
            }

        await using var session = await Session.OpenAsync(database);
        Assert.That(await session.OneAsync<bool>("select cardinality(replaced) = 0 from /*schema*/schedule"), Is.True);
    }

    private static Task<TestHost> StartAsync(string database, string cron) =>
        TestHost.StartAsync(database, q => q.OnWork().AddCron("s", cron, new Work("x")));
}
