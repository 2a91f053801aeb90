using PgQueue.Maintenance;
using PgQueue.Storage;

namespace PgQueue.Tests.Storage;

/// <summary>Drops beside claims, settlements, readers and other keepers.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class RetentionRaceTests : RetentionFixture
{
    [Test]
    public async Task Drops_of_every_minute_beside_claims_and_settlements_lose_no_body_and_end_every_job_once([Values] bool archive)
    {
        const int minutes = 40;
        const int each = 30;
        // a quarter of a second: what has ended is past retention before its lease is forgotten
        await KeepAsync(0.25, 0.25, archive);
        var jobs = new List<Guid>();
        for (var i = 0; i < minutes; i++)
        {
            await PartitionAsync("job", Past.AddMinutes(i), Past.AddMinutes(i + 1));
            await PartitionAsync("attempt", Past.AddMinutes(i), Past.AddMinutes(i + 1));
            jobs.AddRange(PastIds(each, minutes: i));
        }

        foreach (var chunk in jobs.Chunk(200))
            await EnqueueAsync(B, chunk);
        using var stop = new CancellationTokenSource();
        var dropping = DropAsync(stop.Token);
        var bodies = new Dictionary<Guid, string?>();
        var settled = 0;
        while (bodies.Count < jobs.Count)
        {
            var rows = await B.RowsAsync("select id, type, lease_id from /*schema*/claim_jobs($1, '{1}', '{0}', 7)", Worker);
            foreach (var row in rows)
                bodies.Add((Guid)row[0]!, (string?)row[1]);
            var lease = (long)rows[0][2]!;
            var ids = rows.Select(r => (Guid)r[0]!).ToArray();
            var fails = bodies.Count % 3 == 0;
            settled += await SettleAsync(B, new(lease, ids[..1]) { Last = false, Outcome = fails ? (short)4 : (short)2 }) is Answer.Settled ? 1 : 0;
            settled += ids.Length > 1 && await SettleAsync(B, new(lease, ids[1..]) { Last = false }) is Answer.Settled ? ids.Length - 1 : 0;
            // so long ago that they are in partitions about to go, while their lease is still there
            await B.RunAsync("update /*schema*/attempt set finished_at = $1 where lease_id = $2", Past.AddMinutes(bodies.Count % minutes), lease);
            if (bodies.Count % 5 != 0)
                await SettleAsync(B, new(lease) { Recheck = true });
        }

        Assert.That(bodies.Values, Is.All.EqualTo("t"));
        Assert.That(settled, Is.EqualTo(jobs.Count));
        await ExpireWorkersAsync();
        while (await CountAsync("lease") > 0)
            Assert.That(await RescueAsync(C), Is.Empty, "all had ended");
        await stop.CancelAsync();
        Assert.That(await dropping, Is.Positive);
        await TidyAsync();
        Assert.That(await CountAsync("job") + await CountAsync("kept") + await CountAsync("ready"), Is.Zero);
        Assert.That(await NamesAsync("job"), Has.None.Contains(NameOf("job", Past, Past)[..14]));
        if (!archive)
            return;
        Assert.That(await StoredAsync("job_archive"), Is.EquivalentTo(jobs));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/attempt_archive union all select job_id from /*schema*/attempt"), Is.EquivalentTo(jobs), "one attempt each");
    }

    [Test]
    public async Task Two_keepers_at_once_do_everything_once([Values] bool archive)
    {
        await KeepAsync(10 * Minute, 10 * Minute, archive);
        for (var i = 0; i < 6; i++)
        {
            await PartitionAsync("job", Past.AddMinutes(i), Past.AddMinutes(i + 1));
            await PartitionAsync("attempt", Past.AddMinutes(i), Past.AddMinutes(i + 1));
        }

        var ids = Enumerable.Range(0, 6).SelectMany(i => PastIds(5, minutes: i)).ToArray();
        await EndAtAsync(Past.AddMinutes(3), new Batch(ids));
        var done = await Task.WhenAll(TidyAsync(A), TidyAsync(B));
        var rest = await TidyAsync();
        var all = done.SelectMany(d => d).Concat(rest).Where(d => d.Contains('_', StringComparison.Ordinal)).ToList();
        Assert.That(all, Is.Unique.And.Count.EqualTo(archive ? 24 : 12));
        Assert.That(await CountAsync("job") + await CountAsync("attempt"), Is.Zero);
        Assert.That(await StoredAsync("job_archive"), Is.EquivalentTo(archive ? ids : []));
    }

    [Test]
    public async Task A_long_reader_puts_a_keeper_off_and_nothing_else()
    {
        await KeepAsync(10 * Minute, 10 * Minute);
        var (jobs, attempts) = await PastHourAsync();
        await EndAtAsync(Past.AddMinutes(3), new Batch(PastIds(5)));
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = Database }, "", null, null);
        using var database = new QueueDatabase(sources, TestDatabase.Schema);
        var (time, log) = (new StillTime(), new LogBook());
        await using var keeper = Keeper(database, TimeSpan.FromMinutes(10), time, log);
        await B.RunAsync("begin");
        await B.RunAsync("select count(*) from /*schema*/job");
        Assert.That(await keeper.RunOnceAsync(CancellationToken.None), Is.EqualTo(TimeSpan.FromSeconds(10)), "soon again, and no error");
        Assert.That(await NamesAsync("job"), Does.Contain(jobs));
        await EnqueueAsync(C, Ids(1));
        for (var i = 0; i < 2; i++)
        {
            time.Now += TimeSpan.FromMinutes(11).Ticks;
            await keeper.RunOnceAsync(CancellationToken.None);
        }

        Assert.That(log.Count(505), Is.EqualTo(1), "told once");
        await B.RunAsync("commit");
        await keeper.RunOnceAsync(CancellationToken.None);
        Assert.That(await NamesAsync("job"), Does.Not.Contain(jobs));
        Assert.That(await NamesAsync("attempt"), Does.Not.Contain(attempts));
    }

    [Test]
    public async Task A_reader_that_holds_a_key_of_a_job_that_goes_only_puts_it_off()
    {
        await KeepAsync(10 * Minute, 10 * Minute);
        var (jobs, _) = await PastHourAsync();
        await EndAtAsync(Past.AddMinutes(20), new Batch(PastIds(1), "k") { Scope = 4 });
        await B.RunAsync("begin");
        await B.RunAsync("select from /*schema*/dedup for update");
        Assert.That(await RefusedForNowAsync(() => A.RunAsync("select /*schema*/drop_expired()")), Is.True);
        await B.RunAsync("commit");
        Assert.That(await TidyAsync(), Does.Contain(jobs));
        Assert.That(await CountAsync("dedup"), Is.Zero);
    }

    [TestCase("commit")]
    [TestCase("rollback")]
    public async Task A_completion_in_a_transaction_of_hours_puts_drops_off_until_it_ends(string end)
    {
        await KeepAsync(10 * Minute, 10 * Minute);
        var (jobs, attempts) = await PastHourAsync();
        var ids = PastIds(1);
        await EnqueueAsync(B, ids);
        var claimed = (await ClaimAsync(B)).Single();
        await B.RunAsync("begin");
        await CompleteInTransactionAsync(B, claimed.Lease, claimed.Id);
        await B.RunAsync("update /*schema*/attempt set finished_at = $1", Past.AddMinutes(20));
        Assert.That(await RefusedForNowAsync(() => A.RunAsync("select /*schema*/drop_expired()")), Is.True);
        await B.RunAsync(end);
        Assert.That(await TidyAsync(), Is.SupersetOf(new[] { jobs, attempts }));
        Assert.That(await StoredAsync(), Is.EqualTo(string.Equals(end, "commit", StringComparison.Ordinal) ? [] : ids), "after a rollback it still runs");
        Assert.That(await CountAsync("attempt"), Is.Zero);
    }

    [Test]
    public async Task A_keeper_that_waits_for_a_reader_of_attempts_does_not_keep_it_from_jobs()
    {
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = Database }, "", null, null);
        using var database = new QueueDatabase(sources, TestDatabase.Schema);
        foreach (var table in new[] { "job", "attempt" })
            foreach (var name in await NamesAsync(table))
                await C.RunAsync($"drop table /*schema*/{name}");
        await B.RunAsync("begin");
        await B.RunAsync("select count(*) from /*schema*/attempt");
        var made = new UpkeepStore(database).CreatePartitionsAsync(CancellationToken.None);
        await Signals.UntilAsync(
            () => C.OneAsync<bool>("select exists(select from pg_locks l where not l.granted and l.database = (select d.oid from pg_database d where d.datname = current_database()))"),
            static () => Task.FromResult("the keeper does not wait for the reader"));
        Assert.That(async () => await B.RunAsync("select count(*) from /*schema*/job"), Throws.Nothing, "no deadlock");
        await B.RunAsync("commit");
        await made;
        Assert.That(await NamesAsync("job"), Is.Not.Empty);
    }

    [Test]
    public async Task A_backlog_is_not_moved_out_of_its_partition_within_a_day()
    {
        await KeepAsync(10 * Minute, 10 * Minute);
        var (jobs, _) = await PastHourAsync();
        var ids = PastIds(10_001);
        await EnqueueAsync(B, ids);
        Assert.That(await TidyAsync(), Is.Empty);
        await C.RunAsync("delete from /*schema*/ready where job_id = $1", ids[0]);
        await C.RunAsync("insert into /*schema*/scheduled(run_at, job_id, lane) values ('infinity', $1, 1)", ids[0]);
        Assert.That(await TidyAsync(), Is.Empty, "scheduled ones count too");
        await C.RunAsync("delete from /*schema*/scheduled");
        await C.RunAsync("insert into /*schema*/attempt(lease_id, job_id, attempt, outcome, lane, finished_at) values (0, $1, 0, 5, 1, $2)", ids[0], Past.AddMinutes(20));
        Assert.That(await TidyAsync(), Does.Contain(jobs), "ten thousand are moved in a moment");
        Assert.That(await StoredAsync(), Is.EqualTo(ids.Skip(1)));
    }

    [Test]
    public async Task A_keeper_says_what_its_process_wants_and_looks_as_often_as_that_asks_for()
    {
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = Database }, "", null, null);
        using var database = new QueueDatabase(sources, TestDatabase.Schema);
        var options = new PgQueueOptions
        {
            Retention = new RetentionOptions { Succeeded = TimeSpan.FromMinutes(4), Failed = Timeout.InfiniteTimeSpan, Strategy = RetentionStrategy.Archive },
            Queues = new Dictionary<string, QueueOptions>
            {
                ["d"] = new() { Retention = new QueueRetentionOptions { Succeeded = TimeSpan.FromHours(1) } },
                ["e"] = new() { Retention = new QueueRetentionOptions { Failed = TimeSpan.FromHours(2) } },
            },
        };
        await using var keeper = new PartitionKeeper(new UpkeepStore(database), options, TimeProvider.System, new LogBook());
        Assert.That(await keeper.RunOnceAsync(CancellationToken.None), Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That((await C.RowsAsync("select queue, succeeded, failed, archive from /*schema*/effective_retention() order by 1")).Select(r => string.Join(' ', r)),
            Is.EqualTo(new[] { " 240 Infinity True", "d 3600 Infinity True", "e 240 7200 True" }));
    }

    private static PartitionKeeper Keeper(QueueDatabase database, TimeSpan keep, TimeProvider time, LogBook log) => new(
        new UpkeepStore(database), new PgQueueOptions { Retention = new RetentionOptions { Succeeded = keep, Failed = keep } }, time, log);

    private async Task<int> DropAsync(CancellationToken stop)
    {
        await using var watch = await Session.OpenAsync(Database);
        var dropped = 0;
        while (!stop.IsCancellationRequested)
        {
            foreach (var chore in new[] { "select /*schema*/drop_expired()", "select /*schema*/attach_detached()", "select nullif(/*schema*/sweep_kept(20), 0)::text" })
            {
                await RefusedForNowAsync(async () => dropped += await A.OneAsync<string>(chore) is null ? 0 : 1);
                Assert.That(await watch.ListAsync<Guid>(Unaccounted), Is.Empty, "jobs that are neither live nor ended");
            }
        }

        return dropped;
    }
}
