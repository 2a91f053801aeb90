using PgQueue.ThrowawayPostgres;

namespace PgQueue.ProcessTests;

/// <summary>The chores of the database, done far too often while workers run.</summary>
internal sealed class HousekeepingTests
{
    private ThrowawayServer _server;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync(new ThrowawayServerOptions { Durable = true });

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Chores_beside_load_lose_nothing()
    {
        await using var arena = await Arena.OpenAsync(await _server.CreateDatabaseAsync());
        await arena.WorkersAsync(2);

        // partitions of long ago, which no keeper drops before they are filled: one of jobs with live ones and dead ones in it, two of attempts
        await arena.ExecuteAsync(
            """
            select pgqueue.announce_retention('{""}', '{Infinity}', '{Infinity}', false);
            create table pgqueue.job_202001060000_202001130000 partition of pgqueue.job
              for values from (pgqueue.uuid_at('2020-01-06 00:00Z')) to (pgqueue.uuid_at('2020-01-13 00:00Z'));
            create table pgqueue.attempt_202001060000_202001070000 partition of pgqueue.attempt for values from ('2020-01-06 00:00Z') to ('2020-01-07 00:00Z');
            create table pgqueue.attempt_202001070000_202001080000 partition of pgqueue.attempt for values from ('2020-01-07 00:00Z') to ('2020-01-08 00:00Z');
            insert into pgqueue.job(id, lane, type, payload, max_attempts, created_at)
              select overlay(gen_random_uuid()::text placing left(pgqueue.uuid_at('2020-01-08 00:00Z')::text, 15) from 1 for 15)::uuid, 1, 'work', '{"kind":"noop"}', 5, '2020-01-08'
              from generate_series(1, 400);
            insert into pgqueue.attempt(lease_id, job_id, finished_at, attempt, outcome, lane) select 0, id, '2020-01-06 12:00Z', 1, 5, 1 from pgqueue.job_202001060000_202001130000 limit 100;
            """);
        var dead = await arena.ListAsync<Guid>("select job_id from pgqueue.attempt_202001060000_202001070000");
        await arena.ExecuteAsync(
            """
            insert into pgqueue.scheduled(run_at, job_id, lane) select clock_timestamp() + random() * interval '6 s', id, 1 from pgqueue.job_202001060000_202001130000 j
              where not exists(select from pgqueue.attempt_202001060000_202001070000 a where a.job_id = j.id)
            """);
        var old = await arena.ListAsync<Guid>("select job_id from pgqueue.scheduled");
        arena.Acked.UnionWith(old);
        await arena.ExecuteAsync("select pgqueue.announce_retention('{\"\"}', array[14 * 86400.0], array[14 * 86400.0], false)");
        await arena.ExecuteAsync("delete from pgqueue.retention where succeeded = 'Infinity'");
        var producers = new[] { arena.Producer("jobs=2500"), arena.Producer("jobs=2500") };
        var (rounds, refused) = (0, 0);
        string[] chores =
        [
            "select pgqueue.sweep_leases(0)", "select pgqueue.janitor()", "select pgqueue.create_partitions()",
            "select pgqueue.drop_expired()", "vacuum pgqueue.ready", "analyze",
        ];
        while (!producers.All(p => p.HasExited))
        {
            try
            {
                await arena.ExecuteAsync(chores[rounds++ % chores.Length]);
            }
            catch (Npgsql.PostgresException e) when (e.SqlState is "55P03")
            {
                refused++;
            }
        }

        await arena.DrainedAsync();
        await Wait.UntilAsync(async () =>
        {
            await arena.ExecuteAsync("select pgqueue.drop_expired()");
            return await arena.NumberAsync("select count(*) from pg_class where relname ~ '_202001'") == 0;
        }, "the old partitions are gone");
        var ran = arena.Events().Where(e => e.Kind == "start").Select(e => e.Job).ToHashSet();
        await arena.StopAllAsync();
        Assert.That(old, Has.Count.EqualTo(300));
        Assert.That(old.Where(j => !ran.Contains(j)), Is.Empty, "live jobs of a dropped partition that never ran");
        Assert.That(await arena.NumberAsync("select count(*) from pgqueue.job where created_at < '2021-01-01'"), Is.LessThanOrEqualTo(300), "finished old jobs are gone");
        var verdict = await Checker.CheckAsync(arena);

        // the rows that the drop took are missing from the sums, and bodies that went with it from the stored
        verdict.Complaints.RemoveAll(c => c.EndsWith("counters that do not match", StringComparison.Ordinal) || c.Contains("attempts without a job")
            || (c.Contains("ran though never stored") && ran.Except(old).All(arena.Acked.Contains)));
        Assert.That(dead, Has.Count.EqualTo(100));
        verdict.Hold($"{rounds} chores beside load, {refused} put off by a lock");
    }
}
