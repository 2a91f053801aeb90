using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PgQueue.Bench;

/// <summary>A worker in a process of its own: drains the backlog and prints time, memory and connections.</summary>
internal static class DrainWorker
{
    /// <summary>Jobs that are run before the timed ones.</summary>
    public const int WarmUp = 50_000;

    public static IHost BuildHost(string connection, RunCounter counter, Action<PgQueueOptions>? configure = null, Action<IPgQueueBuilder>? add = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(counter);
        var queue = builder.Services.AddPgQueue(o =>
        {
            o.ConnectionString = connection;
            o.Queues = new Dictionary<string, QueueOptions> { ["default"] = new() { Concurrency = 20 } };
            configure?.Invoke(o);
        }).AddHandler<Noop, NoopHandler>();
        add?.Invoke(queue);
        return builder.Build();
    }

    public static async Task<int> RunAsync(string connection, int jobs)
    {
        var counter = new RunCounter();
        using var claims = new ClaimTimes();
        using var host = BuildHost(connection, counter);
        await using var watch = NpgsqlDataSource.Create(connection);
        var clock = Stopwatch.StartNew();
        await host.StartAsync();
        long settled = 0;
        var connections = 0L;
        while (settled < jobs)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            if (counter.Count < jobs && clock.Elapsed.Milliseconds % 500 > 60)
                continue;
            connections = Math.Max(connections, await ScalarAsync(watch, "select count(*) from pg_stat_activity where datname = current_database() and application_name like 'PgQueue%'"));
            settled = await ScalarAsync(watch, "select coalesce(sum(n), 0)::bigint from pgqueue.counter where outcome = 2");
        }

        // the first jobs warm the process up (JIT, plans, caches); the rest is timed, by the instants at which outcomes were committed
        var seconds = await ScalarAsync(watch, $"select (extract(epoch from max(finished_at) - (select finished_at from pgqueue.attempt order by finished_at offset {WarmUp} limit 1)) * 1e6)::bigint from pgqueue.attempt") / 1e6;
        using var self = Process.GetCurrentProcess();
        self.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"drained {jobs} wall {clock.Elapsed.TotalSeconds:0.000} busy {seconds:0.000} runs {counter.Count} peak_mb {self.PeakWorkingSet64 / 1048576.0:0.0} connections {connections} cpu {self.TotalProcessorTime.TotalSeconds:0.00} gc {GC.CollectionCount(0)}/{GC.CollectionCount(2)} turns {claims.Peek().Count} turn_ms {claims.Peek().DefaultIfEmpty().Average():0.00}"));
        await host.StopAsync();
        return 0;
    }

    private static async Task<long> ScalarAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
