namespace PgQueue.Tests.Storage;

/// <summary>Deduplication keys between producers, gate, rescue and finish: R7 to R12, R16, R17.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class KeyRaceTests : StorageFixture
{
    private const short UntilStarted = 2;
    private const short ForPeriod = 3;

    [TestCase("commit", 9)]
    [TestCase("rollback", 1)]
    public async Task R7_a_gate_beside_an_open_replace_says_busy_without_waiting_and_later_what_became_of_it(string end, int verdict)
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k") { Scope = UntilStarted, Replace = true });
        await A.RunAsync("begin");
        Assert.That(await EnqueueAsync(A, new Batch(next, "k") { Scope = UntilStarted, Replace = true }), Is.EqualTo([new Enqueued(next[0], 4, old[0])]));
        await ClaimAsync(B);
        Assert.That(await GateAsync(B, old[0]), Is.Zero);
        await A.RunAsync(end);
        Assert.That(await GateAsync(B, old[0]), Is.EqualTo(verdict));
    }

    [Test]
    public async Task R8_a_replace_that_comes_after_the_gate_waits_and_then_conflicts()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k") { Replace = true });
        await ClaimAsync(B);
        await A.RunAsync("begin");
        await GateAsync(A, old[0]);
        var replacing = EnqueueAsync(B, new Batch(next, "k") { Replace = true });
        await WaitUntilBlockedAsync(B, replacing);
        await A.RunAsync("commit");
        Assert.That(await replacing, Is.EqualTo([new Enqueued(next[0], 3, old[0])]));
    }

    [Test]
    public async Task R8_a_key_is_free_after_its_job_has_finished()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k"));
        var lease = (await ClaimAsync(B))[0].Lease;
        await SettleAsync(B, new(lease, old) { Keyed = true });
        Assert.That(await EnqueueAsync(B, new Batch(next, "k")), Is.Empty);
    }

    [Test]
    public async Task R8_a_key_stays_with_its_job_when_the_outcome_is_refused_or_the_lease_is_busy()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k"));
        var lease = (await ClaimAsync(B))[0].Lease;
        await A.RunAsync("begin");
        await A.RunAsync("select from /*schema*/lease for update");
        Assert.That(await SettleAsync(B, new(lease, old) { Keyed = true }), Is.EqualTo(Answer.Busy));
        await A.RunAsync("rollback");
        Assert.That(await CountAsync("dedup"), Is.EqualTo(1), "busy");
        await ExpireWorkersAsync();
        await RescueAsync(B);
        Assert.That(await SettleAsync(B, new(lease, old) { Keyed = true }), Is.EqualTo(Answer.Fenced));
        Assert.That(await EnqueueAsync(B, new Batch(next, "k")), Is.EqualTo([new Enqueued(next[0], 3, old[0])]));
    }

    [Test]
    public async Task R9_of_equal_keys_in_one_call_the_first_wins()
    {
        var jobs = Ids(5);
        var answers = await EnqueueAsync(A, new Batch(jobs, "x", "x", "y", "x", "y"));
        Assert.That(answers, Is.EquivalentTo([new Enqueued(jobs[1], 3, jobs[0]), new Enqueued(jobs[3], 3, jobs[0]), new Enqueued(jobs[4], 3, jobs[2])]));
        Assert.That(await C.ListAsync<Guid>("select id from /*schema*/job order by array_position($1, id)", jobs), Is.EqualTo([jobs[0], jobs[2]]));
        Assert.That(await CountAsync("ready"), Is.EqualTo(2));
    }

    [Test]
    public async Task R9_of_equal_keys_in_one_replacing_call_the_last_wins()
    {
        var jobs = Ids(3);
        await EnqueueAsync(A, new Batch(jobs, "x") { Replace = true });
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/ready"), Is.EqualTo([jobs[2]]));
    }

    [Test]
    public async Task R9_two_calls_that_take_keys_in_opposite_order_do_not_deadlock()
    {
        var (first, second) = (Ids(2), Ids(2));
        await A.RunAsync("begin");
        await EnqueueAsync(A, new Batch(first, "x", "y"));
        var other = EnqueueAsync(B, new Batch(second, "y", "x"));
        await WaitUntilBlockedAsync(B, other);
        await A.RunAsync("commit");
        Assert.That(await other, Is.EquivalentTo([new Enqueued(second[0], 3, first[1]), new Enqueued(second[1], 3, first[0])]));
    }

    [Test]
    public async Task R9_a_key_whose_first_taker_rolls_back_goes_to_the_one_who_waited()
    {
        var (first, second) = (Ids(1), Ids(1));
        await A.RunAsync("begin");
        await EnqueueAsync(A, new Batch(first, "x"));
        var other = EnqueueAsync(B, new Batch(second, "x"));
        await WaitUntilBlockedAsync(B, other);
        await A.RunAsync("rollback");
        Assert.That(await other, Is.Empty);
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/dedup"), Is.EqualTo(second));
    }

    [TestCase("k")]
    [TestCase]
    public async Task R10_the_same_id_enqueued_twice_at_once_makes_one_job(params string[] keys)
    {
        var job = Ids(1);
        await A.RunAsync("begin");
        await EnqueueAsync(A, new Batch(job, keys));
        var again = EnqueueAsync(B, new Batch(job, keys));
        await WaitUntilBlockedAsync(B, again);
        await A.RunAsync("commit");
        Assert.That(await again, Is.EqualTo([new Enqueued(job[0], 2, null)]));
        Assert.That(await CountAsync("ready"), Is.EqualTo(1));
    }

    [Test]
    public async Task R10_the_same_id_with_two_keys_at_once_makes_one_job_and_takes_one_key()
    {
        var job = Ids(1);
        await A.RunAsync("begin");
        await EnqueueAsync(A, new Batch(job, "k1"));
        var again = EnqueueAsync(B, new Batch(job, "k2"));
        await WaitUntilBlockedAsync(B, again);
        await A.RunAsync("commit");
        Assert.That(await again, Is.EqualTo([new Enqueued(job[0], 2, null)]));
        Assert.That(await C.ListAsync<string>("select key from /*schema*/dedup"), Is.EqualTo(["k1"]));
    }

    [Test]
    public async Task R11_the_same_id_after_its_finish_makes_neither_a_job_nor_a_key()
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job, "k"));
        var lease = (await ClaimAsync(B))[0].Lease;
        await SettleAsync(B, new(lease, job) { Keyed = true });
        Assert.That(await EnqueueAsync(B, new Batch(job, "k")), Is.EqualTo([new Enqueued(job[0], 2, null)]));
        Assert.That(await CountAsync("dedup") + await CountAsync("ready"), Is.Zero);
    }

    [Test]
    public async Task R12_a_rescue_that_ends_a_job_for_good_frees_its_key()
    {
        var (old, next) = (Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k") { MaxAttempts = 1 });
        await ClaimAsync(B);
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(await TerminalOutcomesAsync(old[0]), Is.EqualTo([4]));
        Assert.That(await EnqueueAsync(B, new Batch(next, "k")), Is.Empty);
    }

    [Test]
    public async Task R16_a_key_for_a_period_is_held_beyond_the_finish_and_free_after_the_period()
    {
        var (old, next) = (Ids(1), Ids(1));
        var again = new Batch(next, "k") { Scope = ForPeriod, Period = 3600 };
        await EnqueueAsync(B, new Batch(old, "k") { Scope = ForPeriod, Period = 3600 });
        Assert.That(await EnqueueAsync(B, again), Is.EqualTo([new Enqueued(next[0], 3, old[0])]));
        var lease = (await ClaimAsync(B))[0].Lease;
        await SettleAsync(B, new(lease, old) { Keyed = true });
        Assert.That(await EnqueueAsync(B, again), Is.EqualTo([new Enqueued(next[0], 3, old[0])]));
        await C.RunAsync("update /*schema*/dedup set until = clock_timestamp() - interval '1 second'");
        Assert.That(await EnqueueAsync(B, again), Is.Empty);
    }

    [Test]
    public async Task R17_a_rescue_to_failed_does_not_wait_for_an_open_replace_and_the_leftover_key_is_taken_over()
    {
        var (old, next, third) = (Ids(1), Ids(1), Ids(1));
        await EnqueueAsync(B, new Batch(old, "k") { Replace = true, MaxAttempts = 1 });
        await A.RunAsync("begin");
        await EnqueueAsync(A, new Batch(next, "k") { Replace = true });
        await ClaimAsync(B);
        await ExpireWorkersAsync();
        Assert.That((await RescueAsync(C)).Select(r => r.Outcome), Is.EqualTo([4]));
        await A.RunAsync("rollback");
        Assert.That(await EnqueueAsync(B, new Batch(third, "k")), Is.Empty);
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/dedup"), Is.EqualTo(third));
    }

    private async Task<int> GateAsync(Session session, Guid job) =>
        await session.OneAsync<short>("select verdict from /*schema*/gate_jobs(array[$1])", job);
}
