namespace PgQueue.Tests.Storage;

/// <summary>Settling a lease against its rescue, its claim and its own resend: R1, R2, R3, R6, R19.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class LeaseRaceTests : StorageFixture
{
    [Test]
    public async Task R1_a_rescue_skips_a_lease_whose_completion_is_in_flight_and_then_takes_exactly_the_rest()
    {
        var (lease, jobs) = await RunningAsync(3);
        await A.RunAsync("begin");
        Assert.That(await SettleAsync(A, new(lease, jobs[0]) { Last = false }), Is.EqualTo(Answer.Settled));
        await ExpireWorkersAsync();
        Assert.That(await RescueAsync(C), Is.Empty);
        await A.RunAsync("commit");
        Assert.That((await RescueAsync(C)).Select(r => r.Job), Is.EquivalentTo(jobs[1..]));
    }

    [Test]
    public async Task R1_a_worker_that_was_rescued_is_fenced_and_no_job_has_two_outcomes()
    {
        var (lease, jobs) = await RunningAsync(3);
        Assert.That(await SettleAsync(B, new(lease, jobs[0]) { Last = false }), Is.EqualTo(Answer.Settled));
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(await SettleAsync(B, new(lease, jobs[1..])), Is.EqualTo(Answer.Fenced));
        Assert.That(await TerminalOutcomesAsync(jobs[0]), Is.EqualTo([2]));
        Assert.That(await CountAsync("ready"), Is.EqualTo(2));
    }

    [Test]
    public async Task R2_a_completion_beside_a_rescue_in_flight_is_told_busy_and_does_not_wait()
    {
        var (lease, jobs) = await RunningAsync(2);
        await ExpireWorkersAsync();
        await A.RunAsync("begin");
        await RescueAsync(A);
        Assert.That(await SettleAsync(B, new(lease, jobs)), Is.EqualTo(Answer.Busy));
        await A.RunAsync("commit");
        Assert.That(await SettleAsync(B, new(lease, jobs) { Recheck = true }), Is.EqualTo(Answer.Fenced));
    }

    [Test]
    public async Task R2_a_rescue_that_is_rolled_back_leaves_the_lease_to_its_worker()
    {
        var (lease, jobs) = await RunningAsync(2);
        await ExpireWorkersAsync();
        await A.RunAsync("begin");
        await RescueAsync(A);
        Assert.That(await SettleAsync(B, new(lease, jobs)), Is.EqualTo(Answer.Busy));
        await A.RunAsync("rollback");
        Assert.That(await SettleAsync(B, new(lease, jobs) { Recheck = true }), Is.EqualTo(Answer.SettledAndRemoved));
    }

    [Test]
    public async Task R2_rescued_jobs_go_to_the_isolation_lane_with_a_crash_counted()
    {
        await RunningAsync(2);
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(await C.ListAsync<string>("select distinct concat_ws('/', lane, attempt, crashes) from /*schema*/ready"), Is.EqualTo([$"{Isolation}/1/1"]));
    }

    [Test]
    public async Task R2_another_worker_makes_the_second_attempt_of_a_rescued_job()
    {
        await RunningAsync(2);
        await ExpireWorkersAsync();
        await RescueAsync(C);
        var other = Guid.CreateVersion7();
        await RegisterAsync(other);
        Assert.That((await ClaimAsync(B, worker: other)).Select(c => c.Attempt), Is.EqualTo([2, 2]));
    }

    [Test]
    public async Task R3_a_rescue_beside_an_open_claim_ends_the_worker_and_does_not_wait()
    {
        await EnqueueAsync(B, Ids(1));
        await A.RunAsync("begin");
        await ClaimAsync(A);
        await ExpireWorkersAsync();
        Assert.That(await RescueAsync(C), Is.Empty);
        Assert.That(await CountAsync("worker"), Is.Zero);
    }

    [Test]
    public async Task R3_a_claim_that_commits_after_its_workers_death_is_taken_by_the_next_rescue()
    {
        await EnqueueAsync(B, Ids(1));
        await A.RunAsync("begin");
        await ClaimAsync(A);
        await ExpireWorkersAsync();
        await RescueAsync(C);
        await A.RunAsync("commit");
        Assert.That(await CountAsync("lease"), Is.EqualTo(1));
        Assert.That(await RescueAsync(C), Has.Count.EqualTo(1));
        Assert.That(await CountAsync("ready"), Is.EqualTo(1));
    }

    [Test]
    public async Task R3_a_dead_worker_can_neither_claim_nor_revive_itself()
    {
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(() => ClaimAsync(A), Throws.TypeOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("QW001"));
        Assert.That(await A.OneAsync<bool>("select alive from /*schema*/beat($1, 10, 0)", Worker), Is.False);
    }

    [Test]
    public async Task R3_a_late_beat_does_not_revive_a_worker_whose_time_is_over()
    {
        await ExpireWorkersAsync();
        Assert.That(await A.OneAsync<bool>("select alive from /*schema*/beat($1, 10, 0)", Worker), Is.False);
        await RescueAsync(C);
        Assert.That(await CountAsync("worker"), Is.Zero);
    }

    [Test]
    public async Task R3_a_beat_in_flight_keeps_its_worker_from_being_declared_dead()
    {
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<bool>("select alive from /*schema*/beat($1, 10, 0)", Worker), Is.True);
        await RescueAsync(C);
        await A.RunAsync("commit");
        Assert.That(await CountAsync("worker"), Is.EqualTo(1));
    }

    [Test]
    public async Task R6_a_resend_beside_its_first_send_is_busy_and_later_written_once()
    {
        var (lease, jobs) = await RunningAsync(2);
        await A.RunAsync("begin");
        await SettleAsync(A, new(lease, jobs[0]) { Last = false });
        Assert.That(await SettleAsync(B, new(lease, jobs[0]) { Last = false, Recheck = true }), Is.EqualTo(Answer.Busy));
        await A.RunAsync("commit");
        Assert.That(await SettleAsync(B, new(lease, jobs[0]) { Last = false, Recheck = true }), Is.EqualTo(Answer.Settled));
        Assert.That(await CountAsync("attempt"), Is.EqualTo(1));
    }

    [Test]
    public async Task R6_a_resend_after_a_first_send_that_rolled_back_is_written_once()
    {
        var (lease, jobs) = await RunningAsync(2);
        await A.RunAsync("begin");
        await SettleAsync(A, new(lease, jobs[0]) { Last = false });
        await A.RunAsync("rollback");
        Assert.That(await SettleAsync(B, new(lease, jobs[0]) { Last = false, Recheck = true }), Is.EqualTo(Answer.Settled));
        Assert.That(await TerminalOutcomesAsync(jobs[0]), Is.EqualTo([2]));
    }

    [Test]
    public async Task R6_the_last_outcome_removes_the_lease_after_a_look_at_the_others()
    {
        var (lease, jobs) = await RunningAsync(2);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        Assert.That(await SettleAsync(B, new(lease, jobs[1])), Is.EqualTo(Answer.SettledAndRemoved));
    }

    [Test]
    public async Task R6b_a_lease_stays_when_its_worker_wrongly_says_that_all_is_settled()
    {
        var (lease, jobs) = await RunningAsync(2);
        Assert.That(await SettleAsync(B, new(lease, jobs[0])), Is.EqualTo(Answer.Settled));
        Assert.That(await CountAsync("lease"), Is.EqualTo(1));
    }

    [Test]
    public async Task R6c_an_empty_lease_is_swept_without_effect()
    {
        var (lease, jobs) = await RunningAsync(2);
        await SettleAsync(B, new(lease, jobs) { Last = false });
        Assert.That(await C.OneAsync<long>("select /*schema*/sweep_leases(0)"), Is.EqualTo(1));
        Assert.That(await CountAsync("lease"), Is.Zero);
        Assert.That(await CountAsync("ready"), Is.Zero);
    }

    [Test]
    public async Task R6c_a_lease_with_an_open_job_is_not_swept()
    {
        var (lease, jobs) = await RunningAsync(2);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        Assert.That(await C.OneAsync<long>("select /*schema*/sweep_leases(0)"), Is.Zero);
    }

    [Test]
    public async Task R19_what_was_put_back_under_a_lease_is_not_added_again_by_its_rescue()
    {
        var jobs = await PutBackAsync();
        Assert.That(await RescueAsync(C), Has.Count.EqualTo(2));
        var places = await C.ListAsync<Guid>("select job_id from /*schema*/ready union all select job_id from /*schema*/scheduled");
        Assert.That(places, Is.EquivalentTo(jobs));
    }

    [Test]
    public async Task R19_release_snooze_and_deferral_burn_no_attempt_and_a_retry_does()
    {
        var jobs = await PutBackAsync();
        await RescueAsync(C);
        var attempts = await C.ListAsync<short>(
            "select attempt from (select job_id, attempt from /*schema*/ready union all select job_id, attempt from /*schema*/scheduled) x order by array_position($1, job_id)", jobs);
        Assert.That(attempts, Is.EqualTo([0, 0, 0, 1, 1, 1]));
    }

    [TestCase(6)]
    [TestCase(3)]
    [TestCase(7)]
    [TestCase(8)]
    public async Task A_flush_that_forgets_where_a_job_goes_is_refused_whole(short outcome)
    {
        var (lease, jobs) = await RunningAsync(1);
        Assert.That(
            () => B.RunAsync("select /*schema*/settle_jobs($1, array[$2], '{1}', array[$2], $3, '{1}', '{1}', array[$4])", Worker, lease, jobs, outcome),
            Throws.TypeOf<Npgsql.PostgresException>().With.Property("SqlState").EqualTo("22004"));
        Assert.That(await CountAsync("lease"), Is.EqualTo(1));
    }

    private async Task<Guid[]> PutBackAsync()
    {
        var (lease, jobs) = await RunningAsync(6);
        foreach (var (job, outcome) in jobs.Zip(new short[] { 6, 7, 8, 3 }))
            Assert.That(await SettleAsync(B, new(lease, job) { Outcome = outcome, Last = false }), Is.EqualTo(Answer.Settled));
        await ExpireWorkersAsync();
        return jobs;
    }
}
