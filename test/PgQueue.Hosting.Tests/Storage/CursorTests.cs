namespace PgQueue.Tests.Storage;

/// <summary>The claim cursor never passes a row that may still appear: R20, R21, R22. With the bound it must not have, two jobs are stranded.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CursorTests : StorageFixture
{
    private const string Mark = "/*schema*/mark";
    private const string WrongMark = "pg_temp.wrong_mark";

    [Test]
    public async Task R20_the_bound_does_not_pass_a_running_producer_and_its_jobs_are_found_from_there()
    {
        Assert.That(await FoundFromTheBoundAsync(Mark), Is.EqualTo((false, 2)));
    }

    [Test]
    public async Task R20_a_bound_at_the_snapshots_xmax_would_strand_the_producers_jobs()
    {
        await B.RunAsync("""
            create function pg_temp.wrong_mark(out s bigint, out x xid8) language sql volatile as $$
              with m as materialized (select last_value from /*schema*/ready_seq) select m.last_value, pg_snapshot_xmax(pg_current_snapshot()) from m $$
            """);

        // transaction ids belong to the whole server: a transaction of another test that ends between ours hides the mistake for once
        var (passed, found) = (false, 0);
        for (var tries = 0; tries < 200 && !passed; tries++)
            (passed, found) = await FoundFromTheBoundAsync(WrongMark);
        Assert.That((passed, found), Is.EqualTo((true, 0)));
    }

    [Test]
    public async Task R20_the_bound_does_not_pass_a_producer_inside_a_savepoint()
    {
        await A.RunAsync("begin");
        await A.RunAsync("savepoint s");
        await EnqueueAsync(A, Ids(1));
        await A.RunAsync("release s");
        var (_, passed, _) = await AdvanceAsync(Mark);
        Assert.That(passed, Is.False);
    }

    [Test]
    public async Task R21_rows_that_a_claimer_has_locked_hold_the_bound_and_its_rollback_loses_nothing()
    {
        await EnqueueAsync(B, Ids(2));
        var (s, x) = await MarkAsync(Mark);
        await A.RunAsync("begin");
        await ClaimAsync(A);
        var (_, safe) = await AdvanceAsync(s, x);
        Assert.That(safe, Is.LessThan(s));
        await A.RunAsync("rollback");
        Assert.That(await ClaimAsync(B, from: safe), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task R22_a_snapshot_that_only_reads_does_not_hold_the_bound()
    {
        var (lease, jobs) = await RunningAsync(2);
        await SettleAsync(B, new(lease, jobs));
        await C.RunAsync("begin isolation level repeatable read");
        await C.RunAsync("select count(*) from /*schema*/job");
        var (s, x) = await MarkAsync(Mark);
        Assert.That(() => AdvanceAsync(s, x), Is.EqualTo((true, s)).After(10_000, 5), "writers of other tests hold it while they last");
    }

    [Test]
    public async Task A_shared_bound_only_ever_rises()
    {
        await B.RunAsync("select /*schema*/share_safe('{1}', '{7}')");
        await B.RunAsync("select /*schema*/share_safe('{1}', '{5}')");
        Assert.That(await B.OneAsync<long>("select safe_seq from /*schema*/lane where lane = 1"), Is.EqualTo(7));
    }

    private async Task<(bool Passed, int Found)> FoundFromTheBoundAsync(string mark)
    {
        // the last transaction to complete has an xid below the producer's, so the snapshot's xmax is the producer's own
        await A.RunAsync("begin");
        await EnqueueAsync(A, Ids(2));
        var (_, passed, safe) = await AdvanceAsync(mark);
        await A.RunAsync("commit");
        return (passed, (await ClaimAsync(B, from: safe)).Count);
    }

    private async Task<(long S, bool Passed, long Safe)> AdvanceAsync(string mark)
    {
        var (s, x) = await MarkAsync(mark);
        var (passed, safe) = await AdvanceAsync(s, x);
        return (s, passed, safe);
    }

    private async Task<(long S, string X)> MarkAsync(string mark)
    {
        var row = (await B.RowsAsync($"select s, x::text from {mark}()"))[0];
        return ((long)row[0]!, (string)row[1]!);
    }

    private async Task<(bool Passed, long Safe)> AdvanceAsync(long s, string x)
    {
        var row = (await B.RowsAsync("select passed, safe from /*schema*/advance('{1}', '{0}', $1, $2::text::xid8)", s, x))[0];
        return ((bool)row[0]!, (long)row[1]!);
    }
}
