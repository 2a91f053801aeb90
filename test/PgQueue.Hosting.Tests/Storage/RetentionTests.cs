namespace PgQueue.Tests.Storage;

/// <summary>What goes and what stays, by outcome, queue and state, whether it is deleted or archived.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class RetentionTests : RetentionFixture
{
    [Test]
    public async Task Live_jobs_stay_wherever_they_are_and_ended_ones_go([Values] bool archive)
    {
        await KeepAsync(10 * Minute, Day, archive);
        var (jobs, attempts) = await PastHourAsync();
        var ended = PastIds(3, minutes: 1);
        await EndAtAsync(Past.AddMinutes(2), new Batch(ended));
        var ids = PastIds(8);
        await EnqueueAsync(B, ids);
        var leased = await ClaimAsync(B, limit: 4);
        await SettleAsync(B, new(leased[0].Lease, leased[0].Id) { Last = false });
        await SettleAsync(B, new(leased[0].Lease, leased[1].Id) { Outcome = 7, Last = false });
        await C.RunAsync("update /*schema*/attempt set finished_at = $1 where finished_at > now() - interval '1 hour'", Past.AddMinutes(20));
        Assert.That(await TidyAsync(), Is.SupersetOf(new[] { jobs, attempts }));
        Assert.That(await StoredAsync(), Is.EqualTo(ids), "ready, scheduled, running, and ended in a lease that goes on");
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(archive ? ended : []));
        Assert.That(await C.ListAsync<short>("select outcome from /*schema*/attempt order by outcome"), Is.EqualTo([2, 7]), "their attempts too");
        await ExpireWorkersAsync();
        Assert.That((await RescueAsync(C)).Select(r => r.Job), Is.EquivalentTo(leased.Skip(2).Select(c => c.Id)), "nothing runs twice");
    }

    [Test]
    public async Task What_ended_within_its_retention_stays_though_its_partition_goes([Values] bool archive)
    {
        await KeepAsync(10 * Minute, Day, archive);
        var (jobs, _) = await PastHourAsync();
        var ids = PastIds(2);
        await EndAtAsync(TimeProvider.System.GetUtcNow(), new Batch(ids));
        Assert.That(await TidyAsync(), Does.Contain(jobs));
        Assert.That(await StoredAsync(), Is.EqualTo(ids));
        await MoveAttemptsToAsync(Past.AddMinutes(90), Past.AddHours(1));
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.Empty);
        Assert.That(await CountAsync("attempt") + await CountAsync("kept"), Is.Zero);
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(archive ? ids : []));
    }

    [TestCase((short)4, false)]
    [TestCase((short)5, false)]
    [TestCase((short)9, false)]
    [TestCase((short)4, true)]
    public async Task A_failed_job_is_kept_longer_with_its_whole_story(short outcome, bool archive)
    {
        await KeepAsync(10 * Minute, Day, archive);
        await PastHourAsync();
        await PartitionAsync("attempt", Past.AddHours(1), Past.AddHours(2));
        var ids = PastIds(4);
        await EnqueueAsync(B, ids);
        await EndClaimedAtAsync(Past.AddMinutes(20), outcome: 3);
        await C.RunAsync("update /*schema*/scheduled set run_at = now()");
        await C.RunAsync("select /*schema*/promote('-infinity', 2, null)");
        await EndClaimedAtAsync(Past.AddMinutes(70));
        await C.RunAsync("select /*schema*/promote('-infinity', 2, null)");
        await EndClaimedAtAsync(Past.AddMinutes(75), outcome);
        var failed = await C.ListAsync<Guid>("select job_id from /*schema*/attempt where outcome = $1 order by 1", outcome);
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.EqualTo(failed).And.Count.EqualTo(2));
        Assert.That(await C.ListAsync<short>("select outcome from /*schema*/attempt order by finished_at"), Is.EqualTo([3, 3, outcome, outcome]));
        Assert.That(await CountAsync("kept"), Is.Zero, "no later drop has to look after them");
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await CountAsync("job") + await CountAsync("attempt"), Is.Zero);
        Assert.That(await CountAsync("attempt_archive"), Is.EqualTo(archive ? 8 : 0));
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(archive ? ids : []));
    }

    [Test]
    public async Task A_queue_keeps_for_its_own_time([Values] bool archive)
    {
        var lane = await C.OneAsync<short>("select /*schema*/ensure_lane('reports', 1::smallint)");
        await KeepAsync(10 * Minute, 10 * Minute, archive);
        await AnnounceAsync("reports", succeeded: Day, failed: 2 * Day);
        await PastHourAsync();
        var others = PastIds(2);
        await EndAtAsync(Past.AddMinutes(20), new Batch(others));
        var reports = PastIds(2, minutes: 30);
        await EndAtAsync(Past.AddMinutes(40), new Batch(reports[..1]) { Lane = lane });
        await EndAtAsync(Past.AddMinutes(40), new Batch(reports[1..]) { Lane = lane }, outcome: 4);
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.EqualTo(reports));
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.EqualTo(reports[1..]));
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.Empty);
        Assert.That(await CountAsync("job_archive"), Is.EqualTo(archive ? 4 : 0));
    }

    [Test]
    public async Task Nothing_goes_before_its_time_nor_attempts_before_the_jobs_of_theirs()
    {
        var hours = (TimeProvider.System.GetUtcNow() - Past).TotalSeconds;
        var (jobs, attempts) = await PastHourAsync();
        var wide = await PartitionAsync("job", Past.AddHours(1), Past.AddHours(3));
        Assert.That(await TidyAsync(), Is.Empty, "nobody has said how long");
        await KeepAsync(double.PositiveInfinity, double.PositiveInfinity);
        Assert.That(await TidyAsync(), Is.Empty);
        await C.RunAsync("truncate /*schema*/retention");
        await KeepAsync(hours - 3590, Day);
        Assert.That(await TidyAsync(), Is.Empty);
        await C.RunAsync("truncate /*schema*/retention");
        await KeepAsync(hours - 3610, Day);
        Assert.That(await TidyAsync(), Is.EqualTo([jobs, attempts]));
        Assert.That(await NamesAsync("job"), Does.Contain(wide));
    }

    [Test]
    public async Task A_clock_a_year_off_either_way_keeps_its_jobs_as_long_as_others([Values(-365, 365)] int days, [Values] bool archive)
    {
        await KeepAsync(10 * Minute, Day, archive);
        Guid[] ids = [.. Enumerable.Range(0, 3).Select(i => Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddDays(days).AddSeconds(i)))];
        await PastHourAsync();
        await EndAtAsync(Past.AddMinutes(20), new Batch(ids[..1]));
        await EndAtAsync(Past.AddMinutes(20), new Batch(ids[1..2]), outcome: 4);
        await EnqueueAsync(B, new Batch(ids[2..]) { Delay = 1e6 });
        Assert.That(await CountAsync("job_default"), Is.EqualTo(3));
        await C.RunAsync("select /*schema*/create_partitions()");
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.EqualTo(ids[1..]));
        await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
        await TidyAsync();
        Assert.That(await StoredAsync(), Is.EqualTo(ids[2..]), "the one that waits");
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(archive ? ids[..2] : []));
    }

    [Test]
    public async Task A_job_of_a_client_whose_clock_is_a_little_ahead_is_looked_after_in_its_partition([Values] bool archive)
    {
        await KeepAsync(10 * Minute, Day, archive);
        var jobs = await PartitionAsync("job", Past, Past.AddHours(1));
        var attempts = await PartitionAsync("attempt", Past.AddHours(-1), Past);
        var ids = PastIds(2, minutes: 5);
        await EndAtAsync(Past.AddMinutes(-5), new Batch(ids[..1]));
        await EndAtAsync(Past.AddMinutes(-5), new Batch(ids[1..]), outcome: 4);
        Assert.That(await A.OneAsync<long?>("select /*schema*/drop_attempts($1)", attempts), Is.EqualTo(2), "the jobs are still there");
        Assert.That(await C.OneAsync<long>("select /*schema*/sweep_kept()"), Is.Zero, "nothing is deleted out of a partition");
        Assert.That(await TidyAsync(), Does.Contain(jobs));
        Assert.That(await StoredAsync(), Is.EqualTo(ids[1..]));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/attempt"), Is.EqualTo(ids[1..]), "the other one's attempt went with its job");
        Assert.That(await CountAsync("attempt_archive"), Is.EqualTo(archive ? 1 : 0));
    }

    [Test]
    public async Task A_job_scheduled_months_ahead_and_one_that_runs_for_hours_outlive_their_partition_and_end_once([Values] bool archive)
    {
        await KeepAsync(Minute, Minute, archive);
        await PastHourAsync();
        var ids = PastIds(2);
        await EnqueueAsync(B, new Batch(ids[..1]) { Delay = 90 * Day });
        await EnqueueAsync(B, ids[1..]);
        var running = (await ClaimAsync(B))[0];
        await C.RunAsync("update /*schema*/lease set claimed_at = $1", Past.AddMinutes(11));
        await TidyAsync();
        await C.RunAsync("update /*schema*/scheduled set run_at = now()");
        await C.RunAsync("select /*schema*/promote('-infinity', 10, null)");
        var late = (await ClaimAsync(B)).Single();
        Assert.That(await SettleAsync(B, new(running.Lease, running.Id)), Is.EqualTo(Answer.SettledAndRemoved));
        Assert.That(await SettleAsync(B, new(late.Lease, late.Id)), Is.EqualTo(Answer.SettledAndRemoved));
        await TidyAsync();
        foreach (var id in ids)
            Assert.That(await TerminalOutcomesAsync(id), Is.EqualTo([2]));
        await PartitionAsync("attempt", Past.AddHours(1), Past.AddHours(2));
        await C.RunAsync("update /*schema*/attempt set finished_at = $1", Past.AddMinutes(70));
        await TidyAsync();
        Assert.That(await CountAsync("job") + await CountAsync("attempt") + await CountAsync("kept"), Is.Zero);
        Assert.That(await StoredAsync("job_archive"), Is.EqualTo(archive ? ids : []));
    }

    [Test]
    public async Task Keys_are_free_again_once_their_job_is_gone([Values] bool archive, [Values] bool kept)
    {
        await KeepAsync(10 * Minute, Day, archive);
        await PastHourAsync();
        var ids = PastIds(3);
        await EnqueueAsync(B, new Batch(ids[..1], "retained") { Scope = 4 });
        await EnqueueAsync(B, new Batch(ids[1..2], "left") { Scope = 1 });
        await EnqueueAsync(B, new Batch(ids[2..], "live") { Scope = 1, Delay = 1000 });
        var claimed = await ClaimAsync(B);
        await SettleAsync(B, new(claimed[0].Lease, [.. claimed.Select(c => c.Id)]) { Outcome = kept ? (short)4 : (short)2 });
        await C.RunAsync("update /*schema*/attempt set finished_at = $1", Past.AddMinutes(20));
        await C.RunAsync("insert into /*schema*/tombstone(job_id) select unnest($1::uuid[])", ids);
        await TidyAsync();
        if (kept)
        {
            Assert.That(await C.ListAsync<string>("select key from /*schema*/dedup order by 1"), Is.EqualTo(["left", "live", "retained"]));
            await C.RunAsync("update /*schema*/attempt set finished_at = finished_at - interval '1 day'");
            await TidyAsync();
        }

        Assert.That(await C.ListAsync<string>("select key from /*schema*/dedup"), Is.EqualTo(["live"]));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/tombstone"), Is.EqualTo(ids[2..]));
        var again = PastIds(1, minutes: 50);
        Assert.That(await EnqueueAsync(B, new Batch(again, "retained") { Scope = 4 }), Is.Empty, "stored");
        Assert.That((await EnqueueAsync(B, new Batch(Ids(1), "retained") { Scope = 4 })).Single().Holder, Is.EqualTo(again[0]));
        Assert.That(await EnqueueAsync(B, new Batch(Ids(1), "left") { Scope = 1 }), Is.Empty, "stored");
        var retried = (await C.RowsAsync("select done from /*schema*/retry_jobs($1, $2, $3, null)", Instance, ids[..1], Ids(1))).Single();
        Assert.That(retried[0], Is.EqualTo((short)4), "there is none to retry");
    }

    [Test]
    public async Task Jobs_of_a_time_without_partitions_go_from_the_default_ones_in_batches([Values] bool archive)
    {
        await KeepAsync(10 * Minute, 2 * Day, archive);
        var ids = PastIds(90);
        await EndAtAsync(Past.AddMinutes(20), new Batch(ids));
        Assert.That(await CountAsync("job_default") + await CountAsync("attempt_default"), Is.EqualTo(180));
        Assert.That(await A.OneAsync<long>("select /*schema*/sweep_kept(40)"), Is.EqualTo(40));
        await TidyAsync();
        Assert.That(await CountAsync("job") + await CountAsync("attempt") + await CountAsync("kept"), Is.Zero);
        Assert.That(await CountAsync("job_archive") + await CountAsync("attempt_archive"), Is.EqualTo(archive ? 180 : 0));
    }

    /// <summary>Lets the attempts have ended then, in a partition of their own.</summary>
    private async Task MoveAttemptsToAsync(DateTimeOffset time, DateTimeOffset from)
    {
        await PartitionAsync("attempt", from, from.AddHours(1));
        await C.RunAsync("update /*schema*/attempt set finished_at = $1", time);
    }
}
