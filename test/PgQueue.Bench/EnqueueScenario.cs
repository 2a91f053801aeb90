using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Bench;

/// <summary>Bulk enqueue against raw COPY into the same table, single enqueue against a raw one-row commit by the same driver.</summary>
internal static class EnqueueScenario
{
    private const int Bulk = 100_000;
    private static readonly TimeSpan SingleTime = TimeSpan.FromSeconds(3);
    private static readonly Noop Payload = new(123456, "Ada Lovelace", "NL", 42.50m, new string('0', 100));

    public static async Task RunAsync(BenchDatabase database, Figures figures, int rounds)
    {
        using var host = DrainWorker.BuildHost(database.ConnectionString, new RunCounter(), o => o.Queues = new Dictionary<string, QueueOptions>());
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IJobClient>();
        await client.EnqueueAsync(Payload);
        await SingleAsync(database, client);
        List<double> bulk = [], jobTable = [], single = [];
        for (var i = 0; i < rounds; i++)
        {
            var (copy, copyJobs) = await CopyAsync(database);
            var ours = await BulkAsync(database, client);
            bulk.Add(ours / copy);
            jobTable.Add(ours / copyJobs);
            var (enqueues, commits) = await SingleAsync(database, client);
            single.Add(enqueues / commits);
            Figures.Say($"enqueue {i + 1}: bulk {ours:0}/s, copy of the same rows {copy:0}/s, ratio {bulk[^1]:0.00} (into the job table alone {copyJobs:0}/s, {jobTable[^1]:0.00}); single {enqueues:0}/s, raw commit {commits:0}/s, ratio {single[^1]:0.00}");
        }

        figures.Add("enqueue.bulk_ratio_to_copy", Figures.Median(bulk));
        figures.Add("enqueue.bulk_ratio_to_copy_of_job_table_alone", Figures.Median(jobTable));
        figures.Add("enqueue.single_ratio_to_commit", Figures.Median(single));
        await host.StopAsync();
    }

    private static async Task<double> BulkAsync(BenchDatabase database, IJobClient client)
    {
        await database.FillAsync(0);
        var payloads = Enumerable.Repeat(Payload, Bulk).ToArray();
        var clock = Stopwatch.StartNew();
        var receipts = await client.EnqueueManyAsync(payloads);
        return receipts.Count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<(double Both, double JobOnly)> CopyAsync(BenchDatabase database)
    {
        await database.FillAsync(0);
        var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Payload);
        var clock = Stopwatch.StartNew();
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var ids = new Guid[Bulk];
        await using (var writer = await connection.BeginBinaryImportAsync("copy pgqueue.job(id, lane, max_attempts, type, payload) from stdin (format binary)"))
        {
            for (var i = 0; i < Bulk; i++)
            {
                await writer.StartRowAsync();
                await writer.WriteAsync(ids[i] = Guid.CreateVersion7(), NpgsqlDbType.Uuid);
                await writer.WriteAsync((short)1, NpgsqlDbType.Smallint);
                await writer.WriteAsync((short)5, NpgsqlDbType.Smallint);
                await writer.WriteAsync("noop", NpgsqlDbType.Text);
                await writer.WriteAsync(json, NpgsqlDbType.Json);
            }

            await writer.CompleteAsync();
        }

        var jobOnly = Bulk / clock.Elapsed.TotalSeconds;
        await using (var writer = await connection.BeginBinaryImportAsync("copy pgqueue.ready(job_id, lane) from stdin (format binary)"))
        {
            foreach (var id in ids)
            {
                await writer.StartRowAsync();
                await writer.WriteAsync(id, NpgsqlDbType.Uuid);
                await writer.WriteAsync((short)1, NpgsqlDbType.Smallint);
            }

            await writer.CompleteAsync();
        }

        await transaction.CommitAsync();
        return (Bulk / clock.Elapsed.TotalSeconds, jobOnly);
    }

    /// <summary>Both in short turns, so that the machine's moods strike both alike.</summary>
    private static async Task<(double Enqueues, double Commits)> SingleAsync(BenchDatabase database, IJobClient client)
    {
        await database.ExecuteAsync("create table if not exists public.one(id uuid primary key, body text)");
        double enqueueSeconds = 0, commitSeconds = 0;
        int enqueues = 0, commits = 0;
        var total = Stopwatch.StartNew();
        while (total.Elapsed < SingleTime)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 50; i++, enqueues++)
                await client.EnqueueAsync(Payload);
            enqueueSeconds += clock.Elapsed.TotalSeconds;
            clock.Restart();
            for (var i = 0; i < 50; i++, commits++)
            {
                await using var connection = await database.Source.OpenConnectionAsync();
                await using var command = new NpgsqlCommand("insert into public.one(id, body) values ($1, $2)", connection);
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Payload.Note });
                await command.ExecuteNonQueryAsync();
            }

            commitSeconds += clock.Elapsed.TotalSeconds;
        }

        return (enqueues / enqueueSeconds, commits / commitSeconds);
    }
}
