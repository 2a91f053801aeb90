using System.Diagnostics;
using System.Globalization;
using Npgsql;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.Bench;

/// <summary>A durable throwaway server with a migrated queue in it, and ways to fill and empty it on the server's side.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private const string Payload = """{"orderId":123456,"customer":"Ada Lovelace","country":"NL","amount":42.50,"note":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}""";
    private readonly ThrowawayServer _server;
    private readonly NpgsqlDataSource _source;

    private BenchDatabase(ThrowawayServer server, string connectionString, string pgbench)
    {
        _server = server;
        ConnectionString = connectionString;
        Pgbench = pgbench;
        _source = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    public string Pgbench { get; }

    public ThrowawayServer Server => _server;

    public NpgsqlDataSource Source => _source;

    public static async Task<BenchDatabase> StartAsync()
    {
        var binaries = PostgresBinaries.FindAll().Where(b => File.Exists(Path.Combine(b.BinDirectory, "pgbench"))).MaxBy(b => b.MajorVersion)
            ?? throw new InvalidOperationException("No PostgreSQL with pgbench is installed. On Debian: apt-get install postgresql");
        var server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions
        {
            BinDirectory = binaries.BinDirectory,
            Durable = true,
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "1GB", ["max_wal_size"] = "8GB", ["checkpoint_timeout"] = "15min" },
        });
        var database = new BenchDatabase(server, await server.CreateDatabaseAsync("bench"), Path.Combine(binaries.BinDirectory, "pgbench"));
        await database.ExecuteAsync(PgQueueSchema.GetScript().Replace("\\set ON_ERROR_STOP on", "", StringComparison.Ordinal));
        await database.ExecuteAsync("""select pgqueue.announce_retention('{""}', '{86400}', '{1209600}', false), pgqueue.create_partitions()""");
        await database.ExecuteAsync("select pgqueue.ensure_lane('default', 0::smallint)");
        await database.ExecuteAsync("insert into pgqueue.worker(id, host, pid, version, queues, expires_at, first_lease) values ('00000000-0000-0000-0000-000000000001', 'pgbench', 1, '0', '{}', now() + interval '1 day', 0)");
        return database;
    }

    public string Describe()
    {
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores shared by server and client, PostgreSQL {_server.ServerVersion}, .NET {Environment.Version}, load {load}");
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Empties the queue and puts jobs in, committed a thousand at a time, then lets the server rest.</summary>
    public async Task FillAsync(int jobs)
    {
        await ExecuteAsync("truncate pgqueue.job, pgqueue.ready, pgqueue.scheduled, pgqueue.lease, pgqueue.attempt, pgqueue.counter, pgqueue.tombstone, pgqueue.dedup");
        var sql = $$"""
            select count(*) from pgqueue.enqueue_jobs((select instance from pgqueue.meta),
              (select array_agg((lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(u, 14, 3) || '8' || substr(u, 18, 15))::uuid)
                from (select replace(gen_random_uuid()::text, '-', '') u from generate_series(1, 1000)) x),
              array_fill(1::smallint, array[1000]), array_fill('noop'::text, array[1000]), array_fill('{{Payload}}'::json, array[1000]), array_fill(5::smallint, array[1000]))
            """;
        for (var i = 0; i < jobs / 1000; i++)
            await ScalarAsync<long>(sql);
        await ExecuteAsync("vacuum analyze pgqueue.ready");
        await ExecuteAsync("checkpoint");
    }

    /// <summary>The server-side yardstick: claim and settle by pgbench, 4 clients, 200 a batch. Jobs a second.</summary>
    public async Task<double> YardstickAsync(int jobs)
    {
        await FillAsync(jobs);
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, """
            with c as materialized (select * from pgqueue.claim_jobs('00000000-0000-0000-0000-000000000001', '{1}', '{0}', 200)),
              g as (select lease_id l, count(*)::int n, array_agg(id) j, array_agg(attempt) a, array_agg(lane) ln from c group by lease_id)
            select s.* from g, lateral pgqueue.settle_jobs('00000000-0000-0000-0000-000000000001', array[g.l], array[g.n], array_fill(g.l, array[g.n]), g.j, g.a, g.ln, array_fill(2::smallint, array[g.n])) s;
            """);
        var start = new ProcessStartInfo(Pgbench, $"-h {_server.Host} -p {_server.Port} -U {_server.SuperUser} -d bench -n -M prepared -c 4 -j 2 -t {jobs / 800} -f {script}")
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        File.Delete(script);
        var left = await ScalarAsync<long>("select count(*) from pgqueue.ready");
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal));
        if (line is null || left != 0)
            throw new InvalidOperationException($"pgbench left {left} jobs:\n{output}");
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) * 200;
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _server.DisposeAsync();
    }
}
