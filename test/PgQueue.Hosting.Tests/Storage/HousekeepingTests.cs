using Npgsql;

namespace PgQueue.Tests.Storage;

/// <summary>Partitions come and go beside the workers, and no live job loses its body.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HousekeepingTests : StorageFixture
{
    private const string OldJobs = "job_20240101";
    private const string Bounds = "/*schema*/uuid_at('2024-01-01T00:00Z'), /*schema*/uuid_at('2024-01-08T00:00Z')";

    [TestCase("UTC")]
    [TestCase("Europe/Dublin")]
    [TestCase("Asia/Kathmandu")]
    public async Task Partitions_follow_each_other_without_a_gap_in_whatever_zone_the_session_is(string zone)
    {
        await C.RunAsync($"set timezone = '{zone}'");
        await C.RunAsync("set datestyle = 'SQL, DMY'");
        await C.RunAsync("select /*schema*/create_partitions(60, 400)");
        await C.RunAsync("set timezone = 'UTC'");
        Assert.That(await NamesAsync("job"), Has.Count.EqualTo(60));
        Assert.That(await NamesAsync("attempt"), Has.Count.EqualTo(400));
        foreach (var table in new[] { "job", "attempt" })
        {
            var bounds = await C.ListAsync<string>("""
                select pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where i.inhparent = to_regclass('pgqueue.' || $1) and c.relname !~ 'default' order by c.relname
                """, table);
            var ends = bounds.Select(b => b.Split('\'')).Select(b => (From: b[1], To: b[3])).ToList();
            Assert.That(ends.Skip(1).Select(e => e.From), Is.EqualTo(ends.SkipLast(1).Select(e => e.To)));
        }
    }

    [Test]
    public async Task Partitions_are_made_once()
    {
        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions()"), Is.Zero, "the migration made them");
        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions(3, 4)"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_range_with_rows_of_a_wrong_clock_in_it_is_skipped_and_the_others_are_made()
    {
        await C.RunAsync("select /*schema*/enqueue_jobs($1, array[/*schema*/uuid_at(now() + interval '15 days')], '{1}', '{t}', array['{}']::json[], '{5}')", Instance);
        Assert.That(await C.OneAsync<int>("select /*schema*/create_partitions(5, 4)"), Is.EqualTo(2));
        Assert.That(await ClaimAsync(B), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Two_sessions_that_make_the_same_partitions_at_once_make_them_once()
    {
        await Task.WhenAll(new[] { A, B }.Select(s => s.OneAsync<int>("select /*schema*/create_partitions(4, 8)")));
        await C.RunAsync("select /*schema*/create_partitions(4, 8)"); // whoever met the other's lock has skipped that one for this time
        Assert.That(await NamesAsync("job"), Has.Count.EqualTo(4));
        Assert.That(await NamesAsync("attempt"), Has.Count.EqualTo(8));
    }

    [Test]
    public async Task Dropping_jobs_keeps_the_live_ones_wherever_they_are()
    {
        var jobs = await OldJobsAsync(4);
        var lease = (await ClaimAsync(B, limit: 2))[0].Lease;
        var claimed = await C.OneAsync<Guid[]>("select job_ids from /*schema*/lease where id = $1", lease);
        await SettleAsync(B, new(lease, claimed![0]) { Last = false });
        await SettleAsync(B, new(lease, claimed[1]) { Outcome = 7 });
        var finished = await ClaimAsync(B, limit: 1);
        await SettleAsync(B, new(finished[0].Lease, finished[0].Id));
        await C.RunAsync("insert into /*schema*/dedup(key, job_id, scope) values ('f', $1, 4), ('l', $2, 4)", finished[0].Id, claimed[1]);
        Assert.That(await C.OneAsync<long>($"select /*schema*/drop_jobs('{OldJobs}', {Bounds})"), Is.EqualTo(2));
        Assert.That(await C.ListAsync<Guid>("select id from /*schema*/job"), Is.EquivalentTo(jobs.Except([claimed[0], finished[0].Id])));
        Assert.That(await NamesAsync("job"), Does.Not.Contain(OldJobs));
        Assert.That(await C.ListAsync<string>("select key from /*schema*/dedup"), Is.EqualTo(["l"]), "a key kept while retained goes with its job");
    }

    [Test]
    public async Task A_job_that_ended_within_retention_stays_when_its_week_is_dropped()
    {
        await OldJobsAsync(2);
        var ended = (await ClaimAsync(B, limit: 1))[0];
        await SettleAsync(B, new(ended.Lease, ended.Id));
        await C.RunAsync($"select /*schema*/drop_jobs('{OldJobs}', {Bounds}, now() - interval '1 day')");
        Assert.That(await C.ListAsync<Guid>("select id from /*schema*/job"), Does.Contain(ended.Id).And.Count.EqualTo(2));
    }

    [Test]
    public async Task Jobs_of_the_default_partition_go_once_they_ended_and_retention_has_passed()
    {
        var ids = new[] { Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid() };
        foreach (var id in ids)
            await C.RunAsync("select /*schema*/enqueue_jobs($1, array[$2], '{1}', '{t}', array['{}']::json[], '{5}')", Instance, id);
        foreach (var job in await ClaimAsync(B, limit: 2))
            await SettleAsync(B, new(job.Lease, job.Id) { Last = false });
        await C.RunAsync("update /*schema*/job set created_at = now() - interval '30 days'");
        await C.RunAsync("select /*schema*/drop_expired('14 days')");
        Assert.That(await C.OneAsync<long>("select count(*) from /*schema*/job"), Is.EqualTo(3), "they ended just now");
        await C.RunAsync("update /*schema*/attempt set finished_at = now() - interval '15 days'");
        await C.RunAsync("delete from /*schema*/lease");
        var dropped = await C.OneAsync<string[]>("select /*schema*/drop_expired('14 days')");
        Assert.That(dropped, Is.EqualTo(["2 jobs of job_default"]));
        Assert.That(await C.OneAsync<long>("select count(*) from /*schema*/job j join /*schema*/ready r on r.job_id = j.id"), Is.EqualTo(1), "the live one");
    }

    [Test]
    public async Task A_job_that_is_being_claimed_while_its_partition_goes_keeps_its_body()
    {
        const int count = 600;
        var jobs = await OldJobsAsync(count);
        var claiming = ClaimAllAsync(count);
        while (claiming.Status != TaskStatus.RanToCompletion && !await TryDropAsync())
            await Task.Yield();
        var bodies = await claiming;
        Assert.That(bodies.Keys, Is.EquivalentTo(jobs));
        Assert.That(bodies.Values, Is.All.EqualTo("t"));
        if ((await NamesAsync("job")).Contains(OldJobs))
            Assert.That(await TryDropAsync(), Is.True);
        Assert.That(await CountAsync("job"), Is.EqualTo(count), "all are still in leases");
    }

    [TestCase("commit", true)]
    [TestCase("rollback", true)]
    [TestCase("commit", false)]
    public async Task A_claim_that_waits_for_its_jobs_partition_to_go_finds_their_bodies(string end, bool warm)
    {
        var jobs = await OldJobsAsync(2);
        const string claim = "select id, type from /*schema*/claim_jobs($1, '{1}', '{0}', 10)";
        if (warm)
        {
            // six calls, so that the session's plan is the one it keeps
            for (var i = 0; i < 6; i++)
            {
                await B.RunAsync("begin");
                await B.RunAsync(claim, Worker);
                await B.RunAsync("rollback");
            }
        }

        await A.RunAsync("begin");
        Assert.That(await TryDropAsync(), Is.True);
        var claiming = B.RowsAsync(claim, Worker);
        await WaitUntilBlockedAsync(B, claiming);
        await A.RunAsync(end);
        var rows = await claiming;
        Assert.That(rows.Select(r => (Guid)r[0]!), Is.EquivalentTo(jobs));
        Assert.That(rows.Select(r => r[1]), Is.All.EqualTo("t"));
    }

    [Test]
    public async Task A_settlement_that_waits_for_a_partition_of_attempts_to_go_is_written_once()
    {
        await C.RunAsync("create table /*schema*/attempt_20240101 partition of /*schema*/attempt for values from ('2024-01-01T00:00Z') to ('2024-01-02T00:00Z')");
        var (lease, jobs) = await RunningAsync(1);
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<bool>("select /*schema*/drop_attempts('attempt_20240101', '2024-01-02T00:00Z')"), Is.True);
        var settling = SettleAsync(B, new(lease, jobs));
        await WaitUntilBlockedAsync(B, settling);
        await A.RunAsync("commit");
        Assert.That(await settling, Is.EqualTo(Answer.SettledAndRemoved));
        Assert.That(await TerminalOutcomesAsync(jobs[0]), Is.EqualTo([2]));
    }

    [Test]
    public async Task A_partition_in_use_is_not_waited_for()
    {
        await OldJobsAsync(1);
        await B.RunAsync("begin");
        await B.RunAsync("select count(*) from /*schema*/job");
        Assert.That(await TryDropAsync(), Is.False);
        await B.RunAsync("commit");
        Assert.That(await TryDropAsync(), Is.True);
    }

    [Test]
    public void Only_partitions_can_be_dropped()
    {
        foreach (var name in new[] { "job_default", "worker", "job_2024010" })
            Assert.That(() => C.RunAsync($"select /*schema*/drop_jobs($1, {Bounds})", name), Throws.TypeOf<PostgresException>());
        Assert.That(() => C.RunAsync("select /*schema*/drop_attempts('attempt_default', now())"), Throws.TypeOf<PostgresException>());
    }

    [Test]
    public async Task Attempts_are_kept_while_a_lease_is_older_than_their_end()
    {
        await C.RunAsync("create table /*schema*/attempt_20240101 partition of /*schema*/attempt for values from ('2024-01-01T00:00Z') to ('2024-01-02T00:00Z')");
        await RunningAsync(1);
        await C.RunAsync("update /*schema*/lease set claimed_at = '2024-01-02T12:00Z'");
        Assert.That(await C.OneAsync<bool>("select /*schema*/drop_attempts('attempt_20240101', '2024-01-02T00:00Z')"), Is.False);
        await C.RunAsync("update /*schema*/lease set claimed_at = '2024-01-03T12:00Z'");
        Assert.That(await C.OneAsync<bool>("select /*schema*/drop_attempts('attempt_20240101', '2024-01-02T00:00Z')"), Is.True);
    }

    [Test]
    public async Task What_has_passed_retention_is_dropped_the_jobs_first_and_nothing_else()
    {
        var jobs = await OldJobsAsync(1);
        await C.RunAsync("create table /*schema*/attempt_20240101 partition of /*schema*/attempt for values from ('2024-01-01T00:00Z') to ('2024-01-02T00:00Z')");
        Assert.That(await DropExpiredAsync("now() - '2024-01-07T00:00Z'::timestamptz"), Is.Empty);
        Assert.That(await DropExpiredAsync("now() - '2024-01-08T12:00Z'::timestamptz"), Is.EqualTo([OldJobs]));
        Assert.That(await DropExpiredAsync("now() - '2024-01-10T00:00Z'::timestamptz"), Is.EqualTo(["attempt_20240101"]));
        Assert.That(await DropExpiredAsync("interval '1 day'"), Is.Empty);
        Assert.That((await ClaimAsync(B)).Select(c => c.Id), Is.EqualTo(jobs));
    }

    [Test]
    public async Task The_janitor_removes_what_finished_jobs_left_behind()
    {
        var (lease, jobs) = await RunningAsync(2);
        await C.RunAsync("insert into /*schema*/tombstone(job_id) select unnest($1::uuid[])", jobs);
        await C.RunAsync("insert into /*schema*/dedup(key, job_id, scope, until) values ('a', $1, 1, null), ('b', $2, 1, null), ('c', $2, 3, now() - interval '1 hour')", jobs[0], jobs[1]);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        await C.RunAsync("select /*schema*/janitor()");
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/tombstone"), Is.EqualTo(jobs[1..]));
        Assert.That(await C.ListAsync<string>("select key from /*schema*/dedup"), Is.EqualTo(["b"]));
    }

    private Task<List<string>> NamesAsync(string table) => C.ListAsync<string>(
        "select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass('pgqueue.' || $1) and c.relname !~ 'default'", table);

    private Task<List<string>> DropExpiredAsync(string keep) => C.ListAsync<string>($"select unnest(/*schema*/drop_expired({keep}))");

    private async Task<Guid[]> OldJobsAsync(int count)
    {
        await C.RunAsync($"create table /*schema*/{OldJobs} partition of /*schema*/job for values from ('018cc251-f400-7000-8000-000000000000') to ('018ce65e-9c00-7000-8000-000000000000')");
        Guid[] jobs = [.. Enumerable.Range(0, count).Select(i => Guid.CreateVersion7(new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero).AddSeconds(i)))];
        await EnqueueAsync(B, jobs);
        Assert.That(await CountAsync(OldJobs), Is.EqualTo(count));
        return jobs;
    }

    private async Task<bool> TryDropAsync()
    {
        try
        {
            await A.RunAsync($"select /*schema*/drop_jobs('{OldJobs}', {Bounds})");
            return true;
        }
        catch (PostgresException e) when (string.Equals(e.SqlState, PostgresErrorCodes.LockNotAvailable, StringComparison.Ordinal))
        {
            return false;
        }
    }

    private async Task<Dictionary<Guid, string?>> ClaimAllAsync(int count)
    {
        var bodies = new Dictionary<Guid, string?>();
        while (bodies.Count < count)
            foreach (var row in await B.RowsAsync("select id, type from /*schema*/claim_jobs($1, '{1}', '{0}', 2)", Worker))
                bodies.Add((Guid)row[0]!, (string?)row[1]);
        return bodies;
    }
}
