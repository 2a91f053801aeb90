namespace PgQueue.Tests.Storage;

/// <summary>What a claim gives out while something is paused, and what becomes of parked jobs.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class PauseTests : StorageFixture
{
    [Test]
    public async Task No_claim_that_begins_after_the_pause_gives_out_a_job_of_the_queue()
    {
        var (jobs, other) = (Ids(2), Ids(1));
        var lane = await C.OneAsync<short>("select /*schema*/ensure_lane('other', 0::smallint)");
        await EnqueueAsync(B, jobs);
        await EnqueueAsync(B, new Batch(other) { Lane = lane });
        Assert.That(await PauseAsync(1, "d"), Is.True);
        Assert.That(await PauseAsync(1, "d"), Is.False, "it is paused already");
        Assert.That((await ClaimAsync(B)).Select(c => c.Id), Is.EqualTo(other));
        Assert.That(await ResumeAsync(1, "d"), Is.True);
        Assert.That(await ResumeAsync(1, "d"), Is.False, "it is not paused");
        Assert.That((await ClaimAsync(B)).Select(c => c.Id), Is.EquivalentTo(jobs));
        Assert.That(await C.ListAsync<long>("select count from /*schema*/audit order by id"), Is.EqualTo([1L, 0L, 1L, 0L]));
        Assert.That(await CountAsync("pause"), Is.Zero);
    }

    [Test]
    public async Task A_pause_that_is_not_committed_holds_nothing_and_one_whose_claim_began_before_it_lets_it_go_on()
    {
        var jobs = Ids(2);
        await EnqueueAsync(B, jobs);
        await A.RunAsync("begin");
        await PauseAsync(1, "d", A);
        Assert.That(await ClaimAsync(B, limit: 1), Has.Count.EqualTo(1));
        await A.RunAsync("commit");
        Assert.That(await ClaimAsync(B), Is.Empty);
    }

    [Test]
    public async Task A_paused_queue_holds_lanes_made_later_and_isolation_lanes()
    {
        await RunningAsync(1);
        await ExpireWorkersAsync();
        await RescueAsync(B);
        await RegisterAsync(Worker);
        await PauseAsync(1, "d");
        var lane = await C.OneAsync<short>("select /*schema*/ensure_lane('d', 42::smallint)");
        await EnqueueAsync(B, new Batch(Ids(1)) { Lane = lane });
        Assert.That(await ClaimAsync(B), Is.Empty);
        await ResumeAsync(1, "d");
        Assert.That(await ClaimAsync(B), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task No_bound_passes_the_jobs_of_a_paused_queue()
    {
        var jobs = Ids(3);
        await EnqueueAsync(B, jobs);
        await PauseAsync(1, "d");
        Assert.That(await ClaimAsync(B), Is.Empty);
        var mark = (await B.RowsAsync("select s, x::text from /*schema*/mark()"))[0];
        var first = await C.OneAsync<long>("select min(seq) from /*schema*/ready");
        var bound = 0L;
        await Signals.UntilAsync(
            async () =>
            {
                var row = (await B.RowsAsync("select passed, safe from /*schema*/advance('{1}', '{0}', $1, $2::text::xid8)", mark[0], mark[1]))[0];
                bound = (long)row[1]!;
                return (bool)row[0]!;
            },
            static () => Task.FromResult("transactions of other tests began before the mark and run"));
        Assert.That(bound, Is.EqualTo(first - 1));
        await ResumeAsync(1, "d");
        Assert.That((await ClaimAsync(B, from: bound)).Select(c => c.Id), Is.EquivalentTo(jobs));
    }

    [TestCase("mail:one")]
    [TestCase("mail:*")]
    public async Task Jobs_of_a_paused_type_come_with_a_verdict_and_a_tombstone_goes_before_it(string type)
    {
        var (one, dead, other) = (Ids(1), Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch([.. one, .. dead]) { Type = "mail:one" });
        await EnqueueAsync(B, new Batch(other) { Type = "mai" });
        await EndPendingAsync(B, dead);
        await PauseAsync(2, type);
        Assert.That((await ClaimAsync(B)).ToDictionary(c => c.Id, c => c.Tomb), Is.EqualTo(new Dictionary<Guid, int?> { [one[0]] = 8, [dead[0]] = 5, [other[0]] = null }));
    }

    [Test]
    public async Task Parked_jobs_are_recalled_from_where_the_last_batch_ended_but_not_those_that_another_pause_holds()
    {
        var (a, b) = await ParkAsync("mail:a", "mail:b");
        await PauseAsync(2, "mail:*");
        await PauseAsync(2, "mail:b");
        Assert.That(await RecallAsync(Guid.Empty, 10), Is.EqualTo((0L, (Guid?)null)), "nothing was resumed");
        Assert.That(await B.OneAsync<long>("select /*schema*/recall_deferred('{mail:a,mail:b}', '{}')"), Is.Zero, "a process that starts with a handler leaves them parked");
        await ResumeAsync(2, "mail:*");
        var (first, next) = await RecallAsync(Guid.Empty, 2);
        Assert.That((first, next), Is.EqualTo((2L, (Guid?)a.Order().ElementAt(1))));
        Assert.That(await RecallAsync(next!.Value, 2), Is.EqualTo((1L, (Guid?)null)));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/ready"), Is.EquivalentTo(a));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/scheduled where deferred"), Is.EquivalentTo(b));
    }

    [Test]
    public async Task A_job_that_was_claimed_before_the_resume_and_parked_after_it_is_recalled_later_and_the_note_goes()
    {
        await PauseAsync(2, "t");
        var job = Ids(1);
        await EnqueueAsync(B, job);
        var claimed = (await ClaimAsync(B)).Single();
        Assert.That(claimed.Tomb, Is.EqualTo(8));
        await ResumeAsync(2, "t");
        Assert.That(await RecallAsync(Guid.Empty, 10), Is.EqualTo((0L, (Guid?)null)));
        await SettleAsync(B, new(claimed.Lease, job) { Outcome = 8 });
        Assert.That(await RecallAsync(Guid.Empty, 10), Is.EqualTo((1L, (Guid?)null)));
        var again = (await ClaimAsync(B)).Single();
        Assert.That((again.Tomb, again.Attempt), Is.EqualTo(((int?)null, 1)), "its attempt was not burnt");
        Assert.That(await CountAsync("pause"), Is.EqualTo(1));
        await C.RunAsync("update /*schema*/pause set resumed_at = resumed_at - interval '3 hours'");
        await RecallAsync(Guid.Empty, 10);
        Assert.That(await CountAsync("pause"), Is.Zero);
    }

    [Test]
    public async Task A_type_that_is_paused_again_after_its_resume_is_paused()
    {
        await PauseAsync(2, "t");
        await ResumeAsync(2, "t");
        Assert.That(await PauseAsync(2, "t"), Is.True);
        await EnqueueAsync(B, Ids(1));
        Assert.That((await ClaimAsync(B)).Single().Tomb, Is.EqualTo(8));
    }

    private async Task<(Guid[] First, Guid[] Second)> ParkAsync(string first, string second)
    {
        var (a, b) = (Ids(3), Ids(2));
        await EnqueueAsync(B, new Batch(a) { Type = first });
        await EnqueueAsync(B, new Batch(b) { Type = second });
        var claimed = await ClaimAsync(B);
        await SettleAsync(B, new(claimed[0].Lease, [.. a, .. b]) { Outcome = 8 });
        return (a, b);
    }

    private async Task<(long Jobs, Guid? Next)> RecallAsync(Guid after, int limit)
    {
        var row = (await B.RowsAsync("select n, hi from /*schema*/recall_resumed($1, $2, null)", after, limit))[0];
        return ((long)row[0]!, (Guid?)row[1]);
    }

    private Task<bool> PauseAsync(short kind, string name, Session? session = null) =>
        (session ?? C).OneAsync<bool>("select /*schema*/pause_work($1, $2, 'why', 'me')", kind, name);

    private Task<bool> ResumeAsync(short kind, string name) => C.OneAsync<bool>("select /*schema*/resume_work($1, $2, 'me')", kind, name);
}
