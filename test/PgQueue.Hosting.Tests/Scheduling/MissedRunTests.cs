using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Scheduling;

/// <summary>A schedule whose next occurrence is hours ago when a process starts: as if none had been up.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class MissedRunTests
{
    private const string Hourly = "0 * * * *";

    [Test]
    public async Task One_late_run_stands_for_all_by_default()
    {
        var runs = await AfterOutageAsync(static _ => { }, 1);
        var run = runs.Seen.Single();
        Assert.Multiple(() =>
        {
            Assert.That(run.MissedSince, Is.EqualTo(run.Occurrence.AddHours(-5)), "the first of six missed hours");
            Assert.That(run.Occurrence.Minute, Is.Zero);
        });
    }

    [Test]
    public async Task All_that_were_missed_run_as_jobs_of_their_own_if_asked_up_to_the_limit()
    {
        var runs = await AfterOutageAsync(static o => o.MissedRuns = MissedRuns.FireAll(4, TimeSpan.FromDays(1)), 4);
        var seen = runs.Seen.Select(r => r.Occurrence).Order().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(seen.Zip(seen.Skip(1), static (a, b) => b - a), Is.All.EqualTo(TimeSpan.FromHours(1)));
            Assert.That(runs.Seen.Select(r => r.MissedSince), Is.All.Null);
            Assert.That(runs.Seen.Count(r => r.IsLate), Is.GreaterThanOrEqualTo(3));
        });
    }

    [Test]
    public async Task None_older_than_the_window_runs()
    {
        var runs = await AfterOutageAsync(static o => o.MissedRuns = MissedRuns.FireAll(100, TimeSpan.FromHours(2)), 2);
        Assert.That(runs.Seen.Select(r => r.Occurrence).ToList(), Is.Unique);
    }

    [Test]
    public async Task Skipped_ones_leave_nothing_but_the_next_occurrence()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await DefineAsync(database, static o => o.MissedRuns = MissedRuns.Skip);
        await using var session = await Session.OpenAsync(database);
        // the last occurrence is more than a minute ago, whatever minute the test runs in
        await session.RunAsync("update /*schema*/schedule set cron = extract(minute from now() - interval '10 minutes') || ' * * * *'");
        await session.RunAsync("update /*schema*/schedule set next_at = date_trunc('minute', now()) - interval '3 hours 10 minutes'");
        var runs = new Runs();
        await using (var host = await TestHost.StartAsync(database, q => runs.On(q)))
        {
            await Signals.UntilAsync(
                async () => await session.OneAsync<bool>("select next_at > now() from /*schema*/schedule"), () => Task.FromResult("in the past"));
        }

        Assert.Multiple(async () =>
        {
            Assert.That(runs.Seen, Is.Empty);
            Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/job"), Is.Zero);
            Assert.That(await session.OneAsync<bool>("select next_at < now() + interval '1 hour' from /*schema*/schedule"), Is.True);
        });
    }

    [Test]
    public async Task B85_A_next_occurrence_far_in_the_future_waits_and_a_change_of_the_schedule_brings_it_back()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await DefineAsync(database, static _ => { });
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("update /*schema*/schedule set next_at = now() + interval '100 years', last_at = now() + interval '99 years'");
        var runs = new Runs();
        await using var host = await TestHost.StartAsync(database, q => runs.On(q));
        var info = await host.Schedules.AddOrUpdateAsync("s", "* * * * * *", new Work("x"));
        Assert.That(info.NextRun, Is.LessThan(TimeProvider.System.GetUtcNow().AddSeconds(30)));
        await runs.UntilAsync(2);
    }

    /// <summary>Six occurrences of an hourly schedule were missed; a process comes up, and that many runs follow.</summary>
    private static async Task<Runs> AfterOutageAsync(Action<ScheduleOptions> options, int count)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await DefineAsync(database, options);
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("update /*schema*/schedule set next_at = date_trunc('hour', now()) - interval '5 hours'");
        var runs = new Runs();
        await using (var host = await TestHost.StartAsync(database, q => runs.On(q)))
        {
            await runs.UntilAsync(count);
            await Signals.UntilAsync(
                async () => await session.OneAsync<bool>("select next_at > now() from /*schema*/schedule"), () => Task.FromResult("in the past"));
        }

        Assert.That(runs.Seen, Has.Count.EqualTo(count));
        return runs;
    }

    private static async Task DefineAsync(string database, Action<ScheduleOptions> options)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.Schedules.AddOrUpdateAsync("s", Hourly, new Work("x"), options);
    }
}
