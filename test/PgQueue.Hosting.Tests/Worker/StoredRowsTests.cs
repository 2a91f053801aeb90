using System.Text.Json.Serialization;

namespace PgQueue.Tests.Worker;

/// <summary>Corpus E: whatever stands in the tables, the worker survives and the neighbours run.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class StoredRowsTests
{
    private const string Good = """{"name":"a","count":1,"kind":"small"}""";

    [JsonConverter(typeof(JsonStringEnumConverter<Kind>))]
    internal enum Kind
    {
        Small,
    }

    [TestCase("E169 missing property", """{"count":1,"kind":"small"}""", "name")]
    [TestCase("E172 unknown enum", """{"name":"a","count":1,"kind":"huge"}""", "$.kind")]
    [TestCase("JSON null", "null", "null")]
    [TestCase("array", "[1]", "$")]
    [TestCase("wrong type", """{"name":"a","count":"x","kind":"small"}""", "$.count")]
    [TestCase("duplicate property", """{"name":"a","name":"b","count":1,"kind":"small"}""", "name")]
    [TestCase("NUL escape", """{"name":null,"count":1,"kind":"small"}""", "$.name")]
    public async Task A_payload_that_cannot_be_read_burns_an_attempt_with_a_reason_of_its_own(string what, string payload, string reason)
    {
        var (host, id, neighbour) = await StartAsync($"update pgqueue.job set payload = $${payload}$$");
        await using var disposal = host;
        var job = await host.Client.UntilAsync(id, JobState.Failed);
        await host.Client.UntilAsync(neighbour, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Retried, AttemptOutcome.Failed }), what);
        Assert.That(job.Attempts[0].Error, Does.StartWith("PgQueue.PayloadException: Payload ").And.Contains(reason));
    }

    [TestCase("E170 extra property", """{"extra":[{}],"name":"a","count":1,"kind":"small"}""")]
    [TestCase("E173 $type is ignored", """{"$type":"System.Diagnostics.Process","name":"a","count":1,"kind":"small"}""")]
    public async Task A_payload_with_more_than_is_needed_is_read(string what, string payload)
    {
        var (host, id, _) = await StartAsync($"update pgqueue.job set payload = $${payload}$$");
        await using var disposal = host;
        Assert.That((await host.Client.UntilAsync(id, JobState.Succeeded)).Attempts, Has.Count.EqualTo(1), what);
    }

    [TestCase("E179 run_at infinity", "insert into pgqueue.scheduled(run_at, job_id, lane) select 'infinity', job_id, lane from pgqueue.ready; delete from pgqueue.ready", JobState.Scheduled)]
    [TestCase("E179 run_at -infinity", "insert into pgqueue.scheduled(run_at, job_id, lane) select '-infinity', job_id, lane from pgqueue.ready; delete from pgqueue.ready", JobState.Succeeded)]
    [TestCase("due infinity", "update pgqueue.job set due = 'infinity'", JobState.Succeeded)]
    [TestCase("due in the year 294276", "update pgqueue.job set due = '294276-01-01'", JobState.Succeeded)]
    [TestCase("created at -infinity", "update pgqueue.job set created_at = '-infinity'", JobState.Succeeded)]
    [TestCase("attempt -1", "update pgqueue.ready set attempt = -1", JobState.Succeeded)]
    [TestCase("attempt 32767", "update pgqueue.ready set attempt = 32767", JobState.Succeeded)]
    [TestCase("attempt -32768", "update pgqueue.ready set attempt = -32768", JobState.Succeeded)]
    [TestCase("max attempts -1", "update pgqueue.job set max_attempts = -1", JobState.Succeeded)]
    [TestCase("timeout -2147483648", "update pgqueue.job set timeout_ms = -2147483648", JobState.Succeeded)]
    [TestCase("headers that are no object", "update pgqueue.job set headers = '[1]'", JobState.Succeeded)]
    [TestCase("a scope that is unknown", "update pgqueue.job set key_scope = 99, dedup_key = 'x'", JobState.Succeeded)]
    [TestCase("crashes 32767", "update pgqueue.ready set crashes = 32767", JobState.Succeeded)]
    [TestCase("a tombstone with an unknown outcome", "insert into pgqueue.tombstone(job_id, outcome) select job_id, 99 from pgqueue.ready", JobState.Cancelled)]
    [TestCase("E175 type removed", "update pgqueue.job set type = 'gone'", JobState.Scheduled)]
    [TestCase("an empty type", "update pgqueue.job set type = ''", JobState.Scheduled)]
    [TestCase("a type of 1 MiB", "update pgqueue.job set type = repeat('x', 1048576)", JobState.Scheduled)]
    public async Task A_row_that_was_tampered_with_neither_stops_the_worker_nor_its_neighbours(string what, string tamper, JobState state)
    {
        var (host, id, neighbour) = await StartAsync(tamper);
        await using var disposal = host;
        await host.Client.UntilAsync(neighbour, JobState.Succeeded);
        var later = await host.Client.EnqueueAsync(new Odd("b", 2, Kind.Small), new EnqueueOptions { Delay = TimeSpan.FromMilliseconds(100) });
        await host.Client.UntilAsync(later.JobId, JobState.Succeeded);
        await host.Client.UntilAsync(id, state);
        Assert.That(host.Log.Count(305) + host.Log.Count(501), Is.Zero, $"{what}\n{host.Log.All}");
    }

    [Test]
    public async Task A_job_whose_body_is_gone_ends_and_its_neighbours_run()
    {
        var (host, id, neighbour) = await StartAsync("delete from pgqueue.job");
        await using var disposal = host;
        await host.Client.UntilAsync(neighbour, JobState.Succeeded);
        await Signals.UntilAsync(async () => (await host.Client.GetStatsAsync()) is { Failed: 1, Ready: 0, Running: 0 }, async () => $"{await host.Client.GetStatsAsync()}");
        Assert.That(await host.Client.GetAsync(id), Is.Null);
    }

    private static async Task<(TestHost Host, Guid Tampered, Guid Neighbour)> StartAsync(string tamper)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        Guid tampered;
        Guid neighbour;
        await using (var producer = await TestHost.StartAsync(database))
        {
            tampered = (await producer.Client.EnqueueAsync(new Odd("a", 1, Kind.Small), new EnqueueOptions { MaxAttempts = 2 })).JobId;
            Assert.That((await producer.Client.GetAsync(tampered))!.Payload, Is.EqualTo(Good).IgnoreCase);
            await TestDatabase.ExecuteAsync(database, tamper);
            neighbour = (await producer.Client.EnqueueAsync(new Odd("b", 2, Kind.Small))).JobId;
        }

        return (await TestHost.StartAsync(database, static q => q.On<Odd>(static (_, _, _) => Task.CompletedTask)), tampered, neighbour);
    }

    internal sealed record Odd(string Name, int Count, Kind Kind);
}
