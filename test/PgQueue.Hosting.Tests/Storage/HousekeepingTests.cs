using Npgsql;

namespace PgQueue.Tests.Storage;

/// <summary>Partitions come and go beside the workers, and no live job loses its body.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HousekeepingTests : RetentionFixture
{
    private const string OldJobs = "job_202401010000_202401080000";

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
        await C.RunAsync("create table /*schema*/attempt_202401010000_202401020000 partition of /*schema*/attempt for values from ('2024-01-01T00:00Z') to ('2024-01-02T00:00Z')");
        var (lease, jobs) = await RunningAsync(1);
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<bool>("select /*schema*/drop_attempts('attempt_202401010000_202401020000') = 0"), Is.True);
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
        foreach (var name in new[] { "job_default", "worker", "job_20240101000_202401080000" })
            Assert.That(() => C.RunAsync("select /*schema*/drop_jobs($1)", name), Throws.TypeOf<PostgresException>());
        Assert.That(() => C.RunAsync("select /*schema*/drop_attempts('attempt_default')"), Throws.TypeOf<PostgresException>());
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

    private async Task<Guid[]> OldJobsAsync(int count)
    {
        await KeepAsync(Day, Day);
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
            await A.RunAsync($"select /*schema*/drop_jobs('{OldJobs}')");
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
