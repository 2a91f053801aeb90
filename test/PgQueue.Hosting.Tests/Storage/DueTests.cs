namespace PgQueue.Tests.Storage;

/// <summary>Scheduled jobs: promotion, its forecast, and jobs put back because nobody could run them.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class DueTests : StorageFixture
{
    [Test]
    public async Task A_promotion_says_when_the_next_job_is_due()
    {
        await EnqueueAsync(B, new Batch(Ids(1)) { Delay = 7200 });
        await EnqueueAsync(B, new Batch(Ids(1)) { Delay = 3600 });
        Assert.That(await B.OneAsync<double>("select next_in from /*schema*/promote('-infinity', 10, null)"), Is.InRange(3500, 3600));
    }

    [Test]
    public async Task A_promotion_says_nothing_of_the_next_job_where_there_is_none()
    {
        var row = (await B.RowsAsync("select n, hi, next_in, lanes from /*schema*/promote('-infinity', 10, null)"))[0];
        Assert.That(row, Is.EqualTo(new object?[] { 0L, null, null, 8 }));
    }

    [Test]
    public async Task A_promotion_takes_the_earliest_due_jobs_and_leaves_the_others()
    {
        var jobs = Ids(3);
        foreach (var job in jobs)
            await EnqueueAsync(B, new Batch([job]) { Delay = 3600 });
        await C.RunAsync("update /*schema*/scheduled set run_at = clock_timestamp() - make_interval(hours => 5 - array_position($1, job_id))", jobs);
        Assert.That(await B.OneAsync<long>("select n from /*schema*/promote('-infinity', 2, null)"), Is.EqualTo(2));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/ready order by seq"), Is.EqualTo(jobs[..2]));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/scheduled"), Is.EqualTo(jobs[2..]));
    }

    [Test]
    public async Task Two_promoters_at_once_share_the_due_jobs_without_waiting()
    {
        await EnqueueAsync(B, new Batch(Ids(4)) { Delay = 3600 });
        await C.RunAsync("update /*schema*/scheduled set run_at = clock_timestamp() - interval '1 second'");
        await A.RunAsync("begin");
        Assert.That(await A.OneAsync<long>("select n from /*schema*/promote('-infinity', 3, null)"), Is.EqualTo(3));
        Assert.That(await B.OneAsync<long>("select n from /*schema*/promote('-infinity', 3, null)"), Is.EqualTo(1));
        await A.RunAsync("commit");
        Assert.That(await C.OneAsync<long>("select count(distinct job_id) from /*schema*/ready"), Is.EqualTo(4));
    }

    [Test]
    public async Task Only_a_job_put_back_for_want_of_a_handler_is_called_deferred()
    {
        var (lease, jobs) = await RunningAsync(3);
        foreach (var (job, outcome) in jobs.Zip(new short[] { 8, 7, 3 }))
            await SettleAsync(B, new(lease, job) { Outcome = outcome, Last = false });
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/scheduled where deferred"), Is.EqualTo(jobs[..1]));
    }

    [Test]
    public async Task New_handlers_recall_the_deferred_jobs_of_their_types_and_prefixes_only()
    {
        string[] types = ["a", "b", "mail:x", "mail", "a"];
        var jobs = Ids(types.Length);
        foreach (var (job, type) in jobs.Zip(types))
            await EnqueueAsync(B, new Batch([job]) { Type = type });
        foreach (var claim in await ClaimAsync(B))
            await SettleAsync(B, new(claim.Lease, claim.Id) { Outcome = claim.Id == jobs[4] ? (short)7 : (short)8, Last = false });
        Assert.That(await B.OneAsync<long>("select /*schema*/recall_deferred('{a}', '{mail:}')"), Is.EqualTo(2));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/ready"), Is.EquivalentTo([jobs[0], jobs[2]]));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/scheduled"), Is.EquivalentTo([jobs[1], jobs[3], jobs[4]]));
    }

    [Test]
    public async Task A_deferred_job_stays_deferred_when_it_is_moved_and_keeps_its_crashes()
    {
        var (lease, jobs) = await RunningAsync(1);
        await SettleAsync(B, new(lease, jobs) { Outcome = 8, Crashes = 2 });
        await C.RunAsync("select /*schema*/move_jobs($1, 1::smallint, 3::smallint)", jobs);
        Assert.That(await C.ListAsync<string>("select concat_ws('/', lane, attempt, crashes, deferred) from /*schema*/scheduled"), Is.EqualTo(["3/0/2/t"]));
        Assert.That(await B.OneAsync<long>("select /*schema*/recall_deferred('{t}', '{}')"), Is.EqualTo(1));
        Assert.That((await ClaimAsync(B))[0].Crashes, Is.EqualTo(2));
    }
}
