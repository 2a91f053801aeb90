using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace PgQueue.Bench;

/// <summary>5,000 jobs a second while an old snapshot pins the xmin horizon, so that no dead row can go: claim time and throughput over time.</summary>
internal static class HorizonScenario
{
    private const int PerSecond = 5000;
    private const int Batch = 250;

    public static async Task RunAsync(BenchDatabase database, Figures figures, TimeSpan time)
    {
        await database.FillAsync(0);
        var counter = new RunCounter();
        using var claims = new ClaimTimes();
        using var host = DrainWorker.BuildHost(database.ConnectionString, counter);
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IJobClient>();
        using var stop = new CancellationTokenSource();
        var producing = ProduceAsync(client, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(5));
        await using var holder = await database.Source.OpenConnectionAsync();
        await using var snapshot = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new NpgsqlCommand("select count(*) from pgqueue.lane", holder, snapshot))
            await look.ExecuteScalarAsync();
        var windows = new List<(double Claim, double Rate)>();
        var window = time / 6;
        for (var i = 0; i < 6; i++)
        {
            claims.Take();
            var before = counter.Count;
            var clock = Stopwatch.StartNew();
            await Task.Delay(window);
            var rate = (counter.Count - before) / clock.Elapsed.TotalSeconds;
            var taken = claims.Take();
            windows.Add((Figures.Median(taken), rate));
            var dead = await database.ScalarAsync<long>("select n_dead_tup from pg_stat_user_tables where relname = 'ready'");
            Figures.Say($"horizon {(i + 1) * window.TotalSeconds:0} s: {rate:0} jobs/s, claim p50 {windows[^1].Claim:0.00} ms, p99 {Figures.Percentile(taken, 0.99):0.00} ms, {dead} dead rows");
        }

        await snapshot.RollbackAsync();
        await stop.CancelAsync();
        await producing;
        await host.StopAsync();
        figures.Add("horizon.latency_ratio", windows[^1].Claim / windows[0].Claim);
        figures.Add("horizon.throughput_ratio", windows[^1].Rate / windows[0].Rate);
        figures.Add("horizon.jobs_per_s", windows[^1].Rate);
    }

    private static async Task ProduceAsync(IJobClient client, CancellationToken cancellationToken)
    {
        var payloads = Enumerable.Range(0, Batch).Select(i => new Noop(i, "Ada Lovelace", "NL", 42.50m, new string('0', 100))).ToArray();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 * Batch / PerSecond));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await client.EnqueueManyAsync(payloads, cancellationToken: CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // the scenario is over
        }
    }
}
