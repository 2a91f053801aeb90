using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PgQueue.Bench;

/// <summary>5,000 jobs a second, kept for minutes: the size of the schema and the time of a claim must not grow. One job in a thousand fails and is kept longer.</summary>
internal static class FlatScenario
{
    private const int PerSecond = 5000;
    private const int Batch = 250;
    private const int FailsEvery = 1000;
    private const string Size = "select sum(pg_total_relation_size(c.oid))::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'pgqueue' and c.relkind = 'r'";
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchDatabase bench, Figures figures, TimeSpan time)
    {
        var keep = TimeSpan.FromMinutes(time < TimeSpan.FromMinutes(10) ? 1 : 2);
        var connection = await bench.Server.CreateDatabaseAsync("flat");
        var counter = new RunCounter { OnRun = p => Fail(p.OrderId) };
        using var claims = new ClaimTimes();
        using var host = DrainWorker.BuildHost(connection, counter, o => Configure(o, keep), q => q.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Critical)));
        await host.StartAsync();
        await using var source = NpgsqlDataSource.Create(connection);
        using var stop = new CancellationTokenSource();
        var producing = ProduceAsync(host.Services.GetRequiredService<IJobClient>(), stop.Token);

        // until the first partitions have gone there is nothing flat to see
        await SampleAsync(source, counter, claims, keep + TimeSpan.FromSeconds(90));
        var samples = await SampleAsync(source, counter, claims, time);
        await stop.CancelAsync();
        await producing;
        await host.StopAsync();
        var third = samples.Count / 3;
        var growth = samples[^third..].Average(s => s.Bytes) / samples[third..^third].Average(s => s.Bytes);
        figures.Add("flat_size_growth", growth);
        figures.Add("flat_size_mb", samples[^third..].Average(s => s.Bytes) / 1048576);
        figures.Add("flat_jobs_per_second", samples.Average(s => s.Rate));
        figures.Add("flat_claim_p99_start_ms", Figures.Percentile(samples[..third].SelectMany(s => s.Claims), 0.99));
        figures.Add("flat_claim_p99_end_ms", Figures.Percentile(samples[^third..].SelectMany(s => s.Claims), 0.99));
        figures.Add("flat_claim_max_ms", samples.SelectMany(s => s.Claims).Max());
    }

    private static void Configure(PgQueueOptions options, TimeSpan keep)
    {
        options.Retention = new RetentionOptions { Succeeded = keep, Failed = keep * 1.5 };
        options.Retry.MaxAttempts = 2;
    }

    private static void Fail(int order)
    {
        if (order % FailsEvery == 0)
            throw new InvalidOperationException("One in a thousand fails.");
    }

    private static async Task<List<Sample>> SampleAsync(NpgsqlDataSource source, RunCounter counter, ClaimTimes claims, TimeSpan time)
    {
        var samples = new List<Sample>();
        var clock = Stopwatch.StartNew();
        var (before, since) = (counter.Count, clock.Elapsed);
        claims.Take();
        while (clock.Elapsed < time)
        {
            await Task.Delay(Step);
            var (count, now) = (counter.Count, clock.Elapsed);
            var sample = new Sample(await ScalarAsync(source, Size), (count - before) / (now - since).TotalSeconds, claims.Take());
            (before, since) = (count, now);
            samples.Add(sample);
            var partitions = await ScalarAsync(source, "select count(*) from pg_inherits where inhparent in ('pgqueue.job'::regclass, 'pgqueue.attempt'::regclass)");
            var ready = await ScalarAsync(source, "select count(*) from pgqueue.ready");
            Figures.Say($"flat {now.TotalSeconds:0} s: {sample.Bytes / 1048576.0:0} MB, {sample.Rate:0} jobs/s, claim p50 {Figures.Median(sample.Claims):0.00} ms, p99 {Figures.Percentile(sample.Claims, 0.99):0.00} ms, max {sample.Claims.DefaultIfEmpty().Max():0} ms, {partitions} partitions, {ready} ready");
        }

        return samples;
    }

    private static async Task ProduceAsync(IJobClient client, CancellationToken cancellationToken)
    {
        var next = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 * Batch / PerSecond));
        var clock = Stopwatch.StartNew();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                // whatever a pause has cost is made up for
                while (next < clock.Elapsed.TotalSeconds * PerSecond)
                {
                    var first = next;
                    next += Batch;
                    await client.EnqueueManyAsync(
                        Enumerable.Range(first, Batch).Select(i => new Noop(i, "Ada Lovelace", "NL", 42.50m, new string('0', 100))).ToArray(), cancellationToken: CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the scenario is over
        }
    }

    private static async Task<long> ScalarAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed record Sample(long Bytes, double Rate, List<double> Claims);
}
