using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Bench;

/// <summary>From the tick of a schedule to the first line of its job's handler, in one idle process with 20 schedules that run every second, and 2,000 that do not.</summary>
internal static class TickScenario
{
    private const int Every = 20;
    private const int Quiet = 2000;

    public static async Task RunAsync(BenchDatabase database, Figures figures, TimeSpan time)
    {
        await database.FillAsync(0);
        var latencies = new ConcurrentBag<double>();
        var counter = new RunCounter { OnScheduled = run => latencies.Add((TimeProvider.System.GetUtcNow() - run.Occurrence).TotalMilliseconds) };
        using var host = DrainWorker.BuildHost(database.ConnectionString, counter, add: queue =>
        {
            for (var i = 0; i < Every; i++)
                queue.AddCron($"tick-{i}", "* * * * * *", new Noop(i, "Ada Lovelace", "NL", 42.50m, ""));
            for (var i = 0; i < Quiet; i++)
                queue.AddCron($"quiet-{i}", "H H 1 1 *", new Noop(i, "Ada Lovelace", "NL", 42.50m, ""));
        });
        await host.StartAsync();
        var schedules = host.Services.GetRequiredService<IScheduleClient>();
        while ((await schedules.ListAsync()).Count < Every + Quiet || latencies.Count < Every * 3)
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        latencies.Clear();
        while (latencies.Count < (int)time.TotalSeconds * Every)
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        await host.StopAsync();
        var p99 = Figures.Percentile(latencies, 0.99);
        Figures.Say($"ticks: {latencies.Count} jobs of {Every} schedules a second: p50 {Figures.Percentile(latencies, 0.5):0.0} ms, p99 {p99:0.0} ms, max {latencies.Max():0.0} ms");
        figures.Add("ticks.p50_ms", Figures.Percentile(latencies, 0.5));
        figures.Add("ticks.p99_ms", p99);
        await using var clean = Npgsql.NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = clean.CreateCommand("delete from pgqueue.schedule");
        await command.ExecuteNonQueryAsync();
    }
}
