using Npgsql;

namespace PgQueue.Tests.Storage;

/// <summary>What enqueue_jobs promises beside its races: the right database, the database's clock, every answer, every isolation level.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class EnqueueTests : StorageFixture
{
    [TestCase]
    [TestCase("k")]
    public void Another_queues_database_is_refused(params string[] keys) =>
        Assert.That(() => EnqueueAsync(A, new Batch(Ids(1), keys) { Instance = Guid.NewGuid() }), Fails("QI001"));

    [TestCase]
    [TestCase("k")]
    public async Task A_delay_counts_from_the_databases_clock_even_late_in_a_long_transaction(params string[] keys)
    {
        await A.RunAsync("begin");
        await A.RunAsync("select now()");
        var before = await B.OneAsync<DateTime>("select clock_timestamp()");
        await EnqueueAsync(A, new Batch(Ids(1), keys) { Delay = 3600 });
        await A.RunAsync("commit");
        var due = await B.OneAsync<DateTime>("select run_at from /*schema*/scheduled");
        Assert.That(due, Is.InRange(before.AddHours(1), (await B.OneAsync<DateTime>("select clock_timestamp()")).AddHours(1)));
        Assert.That(await B.OneAsync<DateTime>("select due from /*schema*/job"), Is.EqualTo(due));
    }

    [Test]
    public async Task A_delay_wins_over_a_due_time_and_either_may_be_missing()
    {
        var jobs = Ids(3);
        await A.RunAsync(
            """
            select /*schema*/enqueue_jobs($1, $2, '{1,1,1}', '{t,t,t}', array['{}','{}','{}']::json[], '{5,5,5}',
              array[3600, null, null]::float8[], array['2000-01-01', '2100-01-01', null]::timestamptz[])
            """, Instance, jobs);
        Assert.That(await B.ListAsync<Guid>("select job_id from /*schema*/scheduled order by run_at"), Is.EqualTo(jobs[..2]));
        Assert.That(await B.ListAsync<Guid>("select job_id from /*schema*/ready"), Is.EqualTo(jobs[2..]));
    }

    [Test]
    public async Task A_job_due_in_the_past_is_ready_at_once()
    {
        await EnqueueAsync(A, new Batch(Ids(1)) { Due = DateTime.UnixEpoch });
        Assert.That((await CountAsync("ready"), await CountAsync("scheduled")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_scheduled_job_that_is_replaced_ends_at_once_as_superseded()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(A, new Batch(old, "k") { Replace = true, Delay = 3600 });
        Assert.That(await EnqueueAsync(A, new Batch(next, "k") { Replace = true, Delay = 3600 }), Is.EqualTo([new Enqueued(next[0], 4, old[0])]));
        Assert.That(await TerminalOutcomesAsync(old[0]), Is.EqualTo([9]));
        Assert.That(await B.ListAsync<Guid>("select job_id from /*schema*/scheduled"), Is.EqualTo(next));
        Assert.That(await B.ListAsync<Guid>("select job_id from /*schema*/dedup"), Is.EqualTo(next));
    }

    [Test]
    public async Task A_job_that_may_not_be_replaced_is_not()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(A, new Batch(old, "k"));
        Assert.That(await EnqueueAsync(A, new Batch(next, "k") { Replace = true }), Is.EqualTo([new Enqueued(next[0], 3, old[0])]));
    }

    [Test]
    public async Task Known_ids_in_a_batch_are_told_apart_from_new_ones(
        [Values] bool keyed)
    {
        var jobs = Ids(4);
        await EnqueueAsync(A, jobs[..2]);
        var answers = await EnqueueAsync(A, keyed ? new Batch(jobs, "a", "b", "c", "d") : new Batch(jobs));
        Assert.That(answers, Is.EquivalentTo([new Enqueued(jobs[0], 2, null), new Enqueued(jobs[1], 2, null)]));
        Assert.That(await CountAsync("ready"), Is.EqualTo(4));
        Assert.That(await CountAsync("dedup"), Is.EqualTo(keyed ? 2 : 0));
    }

    [Test]
    public async Task A_rollback_leaves_nothing()
    {
        await A.RunAsync("begin");
        await EnqueueAsync(A, new Batch(Ids(2), "a", "b") { Delay = 3600 });
        await A.RunAsync("rollback");
        Assert.That(await CountAsync("job") + await CountAsync("dedup") + await CountAsync("scheduled"), Is.Zero);
    }

    [TestCase("repeatable read", true)]
    [TestCase("repeatable read", false)]
    [TestCase("serializable", true)]
    [TestCase("serializable", false)]
    public async Task A_transaction_with_an_older_snapshot_that_meets_a_newer_key_fails_to_serialize(string level, bool replace)
    {
        await A.RunAsync($"begin isolation level {level}");
        await A.RunAsync("select count(*) from /*schema*/job");
        await EnqueueAsync(B, new Batch(Ids(1), "k") { Replace = replace });
        Assert.That(() => EnqueueAsync(A, new Batch(Ids(1), "k") { Replace = replace }), Fails(PostgresErrorCodes.SerializationFailure));
    }

    [TestCase("repeatable read")]
    [TestCase("serializable")]
    public async Task A_transaction_with_an_older_snapshot_that_replaces_a_key_moved_meanwhile_fails_to_serialize(string level)
    {
        await EnqueueAsync(B, new Batch(Ids(1), "k") { Replace = true });
        await A.RunAsync($"begin isolation level {level}");
        await A.RunAsync("select count(*) from /*schema*/job");
        await EnqueueAsync(B, new Batch(Ids(1), "k") { Replace = true });
        Assert.That(() => EnqueueAsync(A, new Batch(Ids(1), "k") { Replace = true }), Fails(PostgresErrorCodes.SerializationFailure));
    }

    [TestCase("repeatable read")]
    [TestCase("serializable")]
    public async Task A_transaction_with_an_older_snapshot_may_take_a_key_that_nobody_holds(string level)
    {
        await A.RunAsync($"begin isolation level {level}");
        await A.RunAsync("select count(*) from /*schema*/job");
        await EnqueueAsync(B, new Batch(Ids(1), "other"));
        var job = Ids(1);
        Assert.That(await EnqueueAsync(A, new Batch(job, "k")), Is.Empty);
        await A.RunAsync("commit");
        Assert.That(await B.OneAsync<Guid>("select job_id from /*schema*/dedup where key = 'k'"), Is.EqualTo(job[0]));
    }

    [Test]
    public async Task A_large_keyed_batch_costs_per_row_what_a_small_one_costs()
    {
        var small = await MeasureAsync(500);
        foreach (var size in new[] { 1000, 5000, 10_000 })
            Assert.That(await MeasureAsync(size), Is.LessThan(6 * small), $"microseconds a row at {size} rows, against 500");
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Fails(string state) =>
        Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(state);

    /// <summary>Microseconds a row of a batch in which every other key is taken; the best of three.</summary>
    private async Task<double> MeasureAsync(int rows)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            string[] keys = [.. Enumerable.Range(0, rows).Select(i => $"{rows}-{round}-{i}")];
            await EnqueueAsync(B, new Batch(Ids(rows / 2), [.. keys.Where((_, i) => i % 2 == 0)]));
            var batch = new Batch(Ids(rows), keys);
            var started = TimeProvider.System.GetTimestamp();
            Assert.That(await EnqueueAsync(A, batch), Has.Count.EqualTo(rows / 2));
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(started).TotalMicroseconds / rows);
        }

        await TestContext.Out.WriteLineAsync($"{rows} keyed rows, half of them taken: {best * rows / 1000:F0} ms, {best:F1} us a row");
        return best;
    }
}
