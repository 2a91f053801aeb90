using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PgQueue.Bench;

/// <summary>From before the enqueue call to the handler's first line, in one process, at 200 jobs a second.</summary>
internal static class PickupScenario
{
    private const int PerSecond = 200;

    public static async Task RunAsync(BenchDatabase database, Figures figures, TimeSpan time)
    {
        await database.FillAsync(0);
        var sent = new ConcurrentDictionary<int, long>();
        var latencies = new ConcurrentBag<double>();
        var counter = new RunCounter { OnRun = p => latencies.Add(Stopwatch.GetElapsedTime(sent[p.OrderId]).TotalMilliseconds) };
        using var host = DrainWorker.BuildHost(database.ConnectionString, counter);
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IJobClient>();
        await SendAsync(client, sent, 0, TimeSpan.FromSeconds(3));
        latencies.Clear();
        await SendAsync(client, sent, 1_000_000, time);
        while (latencies.Count < (int)(time.TotalSeconds * PerSecond))
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        await host.StopAsync();
        var p50 = Figures.Percentile(latencies, 0.5);
        var p99 = Figures.Percentile(latencies, 0.99);
        Figures.Say($"pickup: {latencies.Count} jobs at {PerSecond}/s: p50 {p50:0.00} ms, p95 {Figures.Percentile(latencies, 0.95):0.00} ms, p99 {p99:0.00} ms, max {latencies.Max():0.0} ms");
        figures.Add("pickup.p50_ms", p50);
        figures.Add("pickup.p99_ms", p99);
    }

    /// <summary>At fixed instants, whatever the earlier calls take.</summary>
    private static async Task SendAsync(IJobClient client, ConcurrentDictionary<int, long> sent, int first, TimeSpan time)
    {
        var calls = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / PerSecond));
        for (var i = 0; i < (int)(time.TotalSeconds * PerSecond); i++)
        {
            await timer.WaitForNextTickAsync();
            var id = first + i;
            sent[id] = Stopwatch.GetTimestamp();
            calls.Add(client.EnqueueAsync(new Noop(id, "Ada Lovelace", "NL", 42.50m, new string('0', 100))));
        }

        await Task.WhenAll(calls);
    }
}
