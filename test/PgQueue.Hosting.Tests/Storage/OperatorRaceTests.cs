namespace PgQueue.Tests.Storage;

/// <summary>Cancel, run now and move against promotion and claims: R13, R14, R15, R18.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class OperatorRaceTests : StorageFixture
{
    [Test]
    public async Task R13_a_scheduled_job_is_cancelled_at_once_and_its_key_is_free()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k") { Delay = 3600 });
        Assert.That(await EndPendingAsync(B, old), Is.EqualTo([true]));
        Assert.That(await TerminalOutcomesAsync(old[0]), Is.EqualTo([5]));
        Assert.That(await EnqueueAsync(B, new Batch(next, "k")), Is.Empty);
    }

    [Test]
    public async Task R13_cancelling_it_again_does_nothing_and_says_that_it_has_finished()
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job) { Delay = 3600 });
        await EndPendingAsync(B, job);
        Assert.That(await EndPendingAsync(B, job), Is.EqualTo(new bool?[] { null }));
        Assert.That(await TerminalOutcomesAsync(job[0]), Is.EqualTo([5]));
        Assert.That(await CountAsync("tombstone"), Is.Zero);
    }

    [Test]
    public async Task R13_a_ready_job_that_was_cancelled_shows_it_at_its_claim()
    {
        var job = Ids(1);
        await EnqueueAsync(B, job);
        Assert.That(await EndPendingAsync(B, job), Is.EqualTo([false]));
        Assert.That((await ClaimAsync(B))[0].Tomb, Is.EqualTo(5));
    }

    [Test]
    public async Task R13_a_running_job_that_is_cancelled_shows_it_at_the_next_beat()
    {
        var (_, jobs) = await RunningAsync(2);
        Assert.That(await EndPendingAsync(C, jobs[1]), Is.EqualTo([false]));
        Assert.That(await B.OneAsync<Guid[]>("select cancels from /*schema*/beat($1, 100, 0)", Worker), Is.EqualTo([jobs[1]]));
    }

    [Test]
    public async Task A_cancel_tells_ended_marked_unknown_and_finished_apart()
    {
        var (lease, running) = await RunningAsync(2);
        await SettleAsync(B, new(lease, running[0]) { Last = false });
        var (scheduled, unknown) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(scheduled) { Delay = 3600 });
        Assert.That(
            await EndPendingAsync(B, scheduled[0], running[1], unknown[0], running[0]), Is.EqualTo(new bool?[] { true, false, null, null }));
        Assert.That(await EndPendingAsync(B, running[1]), Is.EqualTo([false]), "marking twice is marking");
    }

    [Test]
    public async Task A_cancel_of_a_finished_job_whose_mark_was_left_behind_says_that_it_has_finished()
    {
        var (lease, jobs) = await RunningAsync(1);
        await EndPendingAsync(C, jobs);
        await SettleAsync(B, new(lease, jobs));
        Assert.That(await CountAsync("tombstone"), Is.EqualTo(1));
        Assert.That(await EndPendingAsync(C, jobs), Is.EqualTo(new bool?[] { null }));
    }

    [TestCase(2)]
    [TestCase(3)]
    public async Task A_job_that_has_not_run_cannot_be_ended_as_if_it_had(short outcome)
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job) { Delay = 3600 });
        Assert.That(() => EndPendingAsync(B, outcome, job), Throws.TypeOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("22023"));
    }

    [TestCase("commit", false)]
    [TestCase("rollback", true)]
    public async Task R14_a_cancel_beside_a_promotion_waits_and_then_marks_or_ends_the_job(string end, bool ended)
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job) { Delay = 3600 });
        await C.RunAsync("update /*schema*/scheduled set run_at = clock_timestamp() - interval '1 second'");
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<long>("select n from /*schema*/promote('-infinity', 10, null)"), Is.EqualTo(1));
        var cancel = EndPendingAsync(B, job);
        await WaitUntilBlockedAsync(B, cancel);
        await A.RunAsync(end);
        Assert.That(await cancel, Is.EqualTo([ended]));
        Assert.That((await ClaimAsync(B)).Select(c => c.Tomb), Is.EqualTo(ended ? [] : new int?[] { 5 }));
    }

    [Test]
    public async Task R14_a_promotion_beside_a_cancel_skips_the_job_without_waiting()
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job) { Delay = 3600 });
        await C.RunAsync("update /*schema*/scheduled set run_at = clock_timestamp() - interval '1 second'");
        await A.RunAsync("begin");
        await EndPendingAsync(A, job);
        Assert.That(await B.OneAsync<long>("select n from /*schema*/promote('-infinity', 10, null)"), Is.Zero);
    }

    [Test]
    public async Task R15_run_now_twice_at_once_runs_the_job_once()
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job) { Delay = 3600 });
        await A.RunAsync("begin");
        Assert.That(await A.ListAsync<Guid>("select * from /*schema*/run_now($1)", job), Is.EqualTo(job));
        var again = B.ListAsync<Guid>("select * from /*schema*/run_now($1)", job);
        await WaitUntilBlockedAsync(B, again);
        await A.RunAsync("commit");
        Assert.That(await again, Is.Empty);
        Assert.That(await CountAsync("ready"), Is.EqualTo(1));
    }

    [Test]
    public async Task R18_ready_and_scheduled_jobs_move_to_another_lane()
    {
        var (ready, scheduled) = (Ids(2), Ids(1));
        await EnqueueAsync(B, ready);
        await EnqueueAsync(B, new Batch(scheduled) { Delay = 3600 });
        Assert.That(
            await B.ListAsync<Guid>("select * from /*schema*/move_jobs($1, 1::smallint, 3::smallint)", new[] { ready[0], scheduled[0] }),
            Is.EquivalentTo([ready[0], scheduled[0]]));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/ready where lane = 3 union all select job_id from /*schema*/scheduled where lane = 3"),
            Is.EquivalentTo([ready[0], scheduled[0]]));
    }

    [TestCase("commit")]
    [TestCase("rollback")]
    public async Task R18_a_move_skips_a_job_that_is_being_claimed_and_no_job_is_in_two_places(string end)
    {
        var jobs = Ids(4);
        await EnqueueAsync(B, jobs);
        await A.RunAsync("begin");
        var claimed = await ClaimAsync(A, limit: 1);
        var moved = await B.ListAsync<Guid>("select * from /*schema*/move_jobs($1, 1::smallint, 3::smallint)", jobs);
        Assert.That(moved, Is.EquivalentTo(jobs.Except(claimed.Select(c => c.Id))));
        await A.RunAsync(end);
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/ready union all select unnest(job_ids) from /*schema*/lease"), Is.EquivalentTo(jobs));
    }

    [TestCase("commit", 3)]
    [TestCase("rollback", 4)]
    public async Task R18_a_claim_skips_a_job_that_is_being_moved(string end, int left)
    {
        var jobs = Ids(4);
        await EnqueueAsync(B, jobs);
        await A.RunAsync("begin");
        await A.RunAsync("select * from /*schema*/move_jobs($1, 1::smallint, 3::smallint)", new[] { jobs[0] });
        Assert.That((await ClaimAsync(B)).Select(c => c.Id), Is.EquivalentTo(jobs[1..]));
        await A.RunAsync(end);
        Assert.That((await ClaimAsync(B))[0].Lane, Is.EqualTo(left == 3 ? 3 : Home));
    }
}
