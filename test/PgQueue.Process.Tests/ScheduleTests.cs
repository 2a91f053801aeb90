using System.Globalization;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>Schedules fired by many processes that are killed, stopped and replaced, and whose clocks are wrong.</summary>
internal sealed class ScheduleTests
{
    private const int Schedules = 50;
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Twenty_four_processes_with_wrong_clocks_that_are_killed_and_added_run_each_occurrence_once_and_miss_none()
    {
        const int Processes = 24;
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        // what a crowd of processes that start at once needs to register must not end their leases
        async Task<Child> StartAsync() => await arena.WorkerAsync(
            $"schedules={Schedules}", $"skew={Random.Shared.Next(-600_000, 600_000)}", "lease=10000", "renew=2000");
        var workers = (await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => StartAsync()))).ToList();
        await TicksAsync(arena, 5);
        for (var faults = 0; faults < 12; faults++)
        {
            await Wait.MomentAsync(200, 800);
            var victim = workers[Random.Shared.Next(workers.Count)];
            await (faults % 3 == 2 ? victim.StopAsync() : victim.KillAsync());
            workers.Remove(victim);
            workers.Add(await StartAsync());
        }

        await TicksAsync(arena, 5);
        // no more occurrences, while jobs go on
        await arena.ExecuteAsync("update pgqueue.schedule set revision = revision + 1000, paused_at = clock_timestamp()");
        await arena.DrainedAsync();
        await arena.StopAllAsync();
        var occurrences = await arena.NumberAsync("select count(*) from pgqueue.occurrence");
        var (median, late, most) = (await LagAsync(arena, 0.5), await LagAsync(arena, 0.99), await LagAsync(arena, 1));
        TestContext.Out.WriteLine(
            $"{occurrences} occurrences of {Schedules} schedules by {arena.Children.Count} processes; fired after their time, ms: p50 {median:0}, p99 {late:0}, most {most:0}");
        await HoldAsync(arena);
    }

    [Test]
    public async Task A_rolling_deployment_that_changes_an_expression_switches_once_and_never_runs_an_occurrence_of_both()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        var old = await arena.WorkersAsync(4, "schedules=1", "cron=0/2 * * * * *");
        await TicksAsync(arena, 2);
        foreach (var process in old)
        {
            await arena.WorkerAsync("schedules=1", "cron=1/2 * * * * *");
            await Wait.MomentAsync(300, 900);
            await process.StopAsync();
        }

        // a process of the old version that is started again changes nothing
        await arena.WorkerAsync("schedules=1", "cron=0/2 * * * * *");
        var before = await arena.NumberAsync("select count(*) from pgqueue.occurrence");
        await Wait.UntilAsync(async () => await arena.NumberAsync("select count(*) from pgqueue.occurrence") >= before + 3, "three more occurrences");
        await arena.StopAllAsync();
        var parity = await arena.ListAsync<int>("select extract(second from due)::int % 2 from pgqueue.occurrence order by due");
        Assert.That(parity, Is.Ordered, "even seconds, then odd ones, and never back");
        Assert.That(parity, Does.Contain(0).And.Contain(1));
        Assert.That(await arena.NumberAsync("select count(*) from (select due - lag(due) over (order by due) d from pgqueue.occurrence) x where d > interval '3 seconds'"), Is.Zero);
    }

    private static Task TicksAsync(Arena arena, int count) => Wait.UntilAsync(
        async () => await arena.NumberAsync($"select count(*) from (select from pgqueue.occurrence where due > now() - interval '{count + 1} seconds' group by schedule having count(*) >= {count}) x") > 0,
        $"{count} occurrences", 60, () => string.Join('\n', arena.Alive.Select(c => c.LastLines)));

    private static async Task<double> LagAsync(Arena arena, double share) => (await arena.ListAsync<double>(string.Create(CultureInfo.InvariantCulture,
        $"select percentile_cont({share}) within group (order by extract(epoch from fired_at - due)::float8 * 1000) from pgqueue.occurrence"))).Single();

    private static async Task HoldAsync(Arena arena)
    {
        var complaints = new List<string>();
        foreach (var (what, sql) in new[]
        {
            ("occurrences left out", "select count(*) from (select due - lag(due) over (partition by schedule order by due) d from pgqueue.occurrence) x where d <> interval '1 second'"),
            ("occurrences without a job", "select count(*) from pgqueue.occurrence o where not exists(select from pgqueue.job j where j.id = o.job_id)"),
            ("jobs without an occurrence", "select count(*) from pgqueue.job j where not exists(select from pgqueue.occurrence o where o.job_id = j.id)"),
            ("occurrences with two jobs", "select count(*) from (select from pgqueue.job group by headers ->> 'pgqueue-schedule', headers ->> 'pgqueue-occurrence' having count(*) > 1) x"),
            ("jobs stored before their time", "select count(*) from pgqueue.job where created_at < due"),
            ("jobs that did not succeed", "select count(*) from pgqueue.job j where not exists(select from pgqueue.attempt a where a.job_id = j.id and a.outcome = 2)"),
            ("schedules that did not run to the end", $"select {Schedules} - count(*) from (select from pgqueue.occurrence group by schedule having max(due) > (select max(due) - interval '2 seconds' from pgqueue.occurrence)) x"),
        })
            if (await arena.NumberAsync(sql) is var found && found != 0)
                complaints.Add($"{found} {what}");
        Assert.That(complaints, Is.Empty);
    }
}
