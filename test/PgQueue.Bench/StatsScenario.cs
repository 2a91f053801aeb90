using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Bench;

/// <summary>A report over 1,000,000 ready jobs and 10,000,000 finished ones, beside a bare count of the ready ones.</summary>
internal static class StatsScenario
{
    private const int Ready = 1_000_000;
    private const int Finished = 10_000_000;
    private const int Rounds = 100;

    public static async Task RunAsync(BenchDatabase database, Figures figures)
    {
        var clock = Stopwatch.StartNew();
        await FillAsync(database);
        var counters = await database.ScalarAsync<long>("select count(*) from pgqueue.counter");
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"stats: filled in {clock.Elapsed.TotalSeconds:0} s, {counters} rows of counters"));
        using var host = DrainWorker.BuildHost(database.ConnectionString, new RunCounter(), o => o.Queues = new Dictionary<string, QueueOptions>());
        await host.StartAsync();
        var (admin, client) = (host.Services.GetRequiredService<IJobAdmin>(), host.Services.GetRequiredService<IJobClient>());
        await TimeAsync(10, () => admin.GetReportAsync());
        var (reports, stats, counts) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Rounds / 10; i++)
        {
            counts.AddRange(await TimeAsync(3, () => database.ScalarAsync<long>("select count(*) from pgqueue.ready")));
            reports.AddRange(await TimeAsync(10, () => admin.GetReportAsync()));
            stats.AddRange(await TimeAsync(3, () => client.GetStatsAsync()));
        }

        var workers = await TimeAsync(30, () => admin.GetWorkersAsync());
        var history = await TimeAsync(30, () => admin.GetHistoryAsync(TimeSpan.FromDays(8)));
        var report = await admin.GetReportAsync();
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"stats: {report.Total.Ready} ready ({report.Total.Estimated}), {report.Total.Succeeded + report.Total.Failed} ended, {report.Queues.Count} queues, {report.Types.Count} types"));
        await host.StopAsync();
        figures.Add("stats_p50_ms", Figures.Median(reports));
        figures.Add("stats_p95_ms", Figures.Percentile(reports, 0.95));
        figures.Add("stats_total_p50_ms", Figures.Median(stats));
        figures.Add("stats_workers_p50_ms", Figures.Median(workers));
        figures.Add("stats_history_p50_ms", Figures.Median(history));
        figures.Add("stats_limit_count_p50_ms", Figures.Median(counts));
        figures.Add("stats_ratio_to_count", Figures.Median(reports) / Figures.Median(counts));
        figures.Add("stats_ready_error", Math.Abs(report.Total.Ready - (double)Ready) / Ready);
    }

    /// <summary>On the server: jobs in four queues and of twenty types, the attempts of finished ones, and counters as they are after months of roll-ups.</summary>
    private static async Task FillAsync(BenchDatabase database)
    {
        await database.FillAsync(0);
        foreach (var queue in new[] { "mail", "reports", "import" })
            await database.ExecuteAsync($"select pgqueue.ensure_lane('{queue}', 0::smallint)");
        await database.ExecuteAsync("insert into pgqueue.route(name) select 'type-' || g from generate_series(1, 19) g union all select 'noop:*' on conflict do nothing");
        await database.ExecuteAsync($$"""
            insert into pgqueue.job(id, lane, max_attempts, type, payload)
            select pgqueue.uuid_at(now() + g * interval '1 ms'), 1 + 2 * (g % 4), 5, case g % 20 when 0 then 'noop:' || g % 7 else 'type-' || g % 20 end,
              '{"orderId":123456,"customer":"Ada Lovelace","note":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}'
            from generate_series(1, {{Ready}}) g
            """);
        await database.ExecuteAsync("insert into pgqueue.ready(job_id, lane) select id, lane from pgqueue.job order by id");
        await database.ExecuteAsync($"""
            insert into pgqueue.attempt(lease_id, job_id, attempt, outcome, lane)
            select g, ('00000000-0000-7000-8000-' || lpad(g::text, 12, '0'))::uuid, 1, case when g % 50 = 0 then 4 else 2 end, 1 + 2 * (g % 4) from generate_series(1, {Finished}) g
            """);
        await database.ExecuteAsync($"""
            with b as (
              select 1 as grain, to_timestamp(floor(extract(epoch from now() - g * interval '10 seconds') / 10) * 10) as at, 1 as n from generate_series(2, 60) g
              union all select 2, date_trunc('minute', now() - g * interval '1 minute'), 6 from generate_series(11, 120) g
              union all select 3, to_timestamp(floor(extract(epoch from now() - g * interval '10 minutes') / 600) * 600), 60 from generate_series(13, 156) g
              union all select 4, date_trunc('hour', now() - g * interval '1 hour'), 360 from generate_series(27, 192) g
              union all select 5, date_trunc('day', now() - g * interval '1 day'), 1000 from generate_series(9, 90) g)
            insert into pgqueue.counter(bucket, lane, outcome, n, route, grain)
            select b.at, 1 + 2 * (t % 4), o, b.n, case t when 0 then 'noop:*' else 'type-' || t end, b.grain from b, generate_series(0, 19) t, unnest(array[2, 3, 4]) o
            """);
        // the deltas of the last half minute at 200 flushes a second, and all the rest as one bucket at the beginning of time
        await database.ExecuteAsync("insert into pgqueue.counter(bucket, lane, outcome, n, route) select to_timestamp(floor(extract(epoch from now() - g * interval '5 ms') / 10) * 10), 1 + 2 * (g % 4), 2, 1, 'type-' || 1 + g % 19 from generate_series(1, 6000) g");
        await database.ExecuteAsync($"insert into pgqueue.counter(bucket, lane, outcome, n, route, grain) select '-infinity', 1, 2, {Finished} - sum(n), 'noop:*', 6 from pgqueue.counter where outcome in (2, 4)");
        await database.ExecuteAsync("select pgqueue.register_worker(('00000000-0000-0000-0000-0000000001' || lpad(g::text, 2, '0'))::uuid, 86400, 'host', g, '1', '{default,mail}', '{type-1,noop:*}') from generate_series(1, 10) g");
        await database.ExecuteAsync("select count(*) from generate_series(1, 20) g, lateral pgqueue.claim_jobs(('00000000-0000-0000-0000-0000000001' || lpad((1 + g % 10)::text, 2, '0'))::uuid, '{1,3,5,7}', '{0,0,0,0}', 20) c");
        await database.ExecuteAsync("vacuum analyze pgqueue.ready");
        await database.ExecuteAsync("vacuum analyze pgqueue.counter");
        await database.ExecuteAsync("checkpoint");
    }

    private static async Task<List<double>> TimeAsync<T>(int times, Func<Task<T>> call)
    {
        var taken = new List<double>(times);
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await call();
            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return taken;
    }
}
