namespace PgQueue.Tests.Storage;

/// <summary>What becomes of the jobs of a dead worker: apart from the others, again, and at last failed, with a text that says where it died.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class IsolationTests : StorageFixture
{
    [Test]
    public async Task Every_lane_is_odd_and_its_isolation_lane_is_the_even_number_after_it()
    {
        var lanes = await C.RowsAsync("select a.lane, b.lane, a.lane % 2 from /*schema*/lane a join /*schema*/lane b using (queue, priority) where not a.isolated and b.isolated");
        Assert.That(lanes, Has.Count.EqualTo(4));
        foreach (var row in lanes)
            Assert.That((Convert.ToInt32(row[1]) - Convert.ToInt32(row[0]), Convert.ToInt32(row[2])), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_suspect_whose_worker_dies_again_stays_in_its_isolation_lane()
    {
        await RunningAsync(1);
        await DieAsync();
        await ClaimAgainAsync();
        await DieAsync();
        Assert.That(await C.ListAsync<string>("select concat_ws('/', lane, attempt, crashes) from /*schema*/ready"), Is.EqualTo([$"{Isolation}/2/2"]));
    }

    [Test]
    public async Task A_suspect_that_a_worker_hands_back_unrun_stays_in_its_isolation_lane()
    {
        await RunningAsync(1);
        await DieAsync();
        var claimed = await ClaimAgainAsync();
        var released = await SettleAsync(B, new(claimed.Lease, claimed.Id) { Outcome = 6, Attempt = 2, Lane = Isolation, Crashes = 1 });
        Assert.That(released, Is.EqualTo(Answer.SettledAndRemoved));
        Assert.That(await C.ListAsync<string>("select concat_ws('/', lane, attempt, crashes) from /*schema*/ready"), Is.EqualTo([$"{Isolation}/1/1"]));
    }

    [TestCase(true, Isolation, 1)]
    [TestCase(false, Home, 0)]
    public async Task A_claim_whose_reply_was_lost_is_handed_back_unburnt_to_the_lane_it_came_from(bool suspect, short lane, int attempt)
    {
        var (lease, _) = await RunningAsync(1);
        if (suspect)
        {
            await DieAsync();
            lease = (await ClaimAgainAsync()).Lease;
        }

        await C.RunAsync("select * from /*schema*/rescue(only_ => array[$1], burn => false)", lease);
        Assert.That(await C.ListAsync<string>("select concat_ws('/', lane, attempt, crashes) from /*schema*/ready"), Is.EqualTo([$"{lane}/{attempt}/{attempt}"]));
        Assert.That(await C.OneAsync<short>("select outcome from /*schema*/attempt order by finished_at desc limit 1"), Is.EqualTo(6));
    }

    [Test]
    public async Task The_third_death_fails_a_job_and_frees_its_key()
    {
        var jobs = Ids(1);
        await EnqueueAsync(B, new Batch(jobs, "k") { MaxAttempts = 100 });
        await ClaimAsync(B);
        for (var death = 1; death < 3; death++)
        {
            Assert.That((await DieAsync()).Select(r => r.Outcome), Is.EqualTo([10]));
            await ClaimAgainAsync();
        }

        Assert.That((await DieAsync()).Select(r => r.Outcome), Is.EqualTo([4]));
        Assert.That(await CountAsync("ready") + await CountAsync("lease") + await CountAsync("dedup"), Is.Zero);
        Assert.That(await ErrorAsync(), Does.EndWith("Failed after 3 deaths and 3 of 100 attempts."));
    }

    [Test]
    public async Task A_death_in_the_last_attempt_fails_a_job_and_says_which_process_died()
    {
        await EnqueueAsync(B, new Batch(Ids(1)) { MaxAttempts = 1 });
        await ClaimAsync(B);
        Assert.That((await DieAsync()).Select(r => r.Outcome), Is.EqualTo([4]));
        Assert.That(await ErrorAsync(), Does.Contain($"{Worker} on host-h, process 4711, lease ended").And.EndWith("Failed after 1 death and 1 of 1 attempt."));
    }

    [Test]
    public async Task A_death_that_is_survived_also_says_which_process_died()
    {
        await RunningAsync(1);
        await DieAsync();
        Assert.That(await ErrorAsync(), Does.Contain($"{Worker} on host-h, process 4711").And.EndWith("."));
    }

    [Test]
    public async Task A_job_whose_body_is_missing_is_rescued_all_the_same()
    {
        await RunningAsync(1);
        await C.RunAsync("delete from /*schema*/job");
        Assert.That((await DieAsync()).Select(r => r.Outcome), Is.EqualTo([10]));
    }

    [Test]
    public async Task Outcomes_are_counted_once_each()
    {
        var (lease, jobs) = await RunningAsync(3);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        await DieAsync();
        Assert.That(await C.ListAsync<string>("select outcome || ':' || sum(n) from /*schema*/counter group by outcome order by outcome"), Is.EqualTo(["2:1", "10:2"]));
    }

    private async Task<List<Rescued>> DieAsync()
    {
        await ExpireWorkersAsync();
        return await RescueAsync(C);
    }

    private async Task<Claimed> ClaimAgainAsync()
    {
        await RegisterAsync(Worker);
        return (await ClaimAsync(B)).Single();
    }

    private Task<string?> ErrorAsync() => C.OneAsync<string>("select error from /*schema*/attempt order by finished_at desc limit 1");
}
