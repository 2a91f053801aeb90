namespace PgQueue.Tests.Storage;

/// <summary>Progress is fenced like everything else a run writes.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ProgressFenceTests : StorageFixture
{
    [Test]
    public async Task A_run_that_has_lost_its_lease_writes_nothing()
    {
        var (lease, jobs) = await RunningAsync(1);
        Assert.That(await ReportAsync(lease, jobs[0], 0.5), Is.EqualTo(1));
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(await ReportAsync(lease, jobs[0], 0.9), Is.Zero);
        await RegisterAsync(Worker);
        var again = await ClaimAsync(B);
        Assert.That(await ReportAsync(again[0].Lease, jobs[0], 0.1), Is.EqualTo(1));
        Assert.That(await ReportAsync(lease, jobs[0], 0.9), Is.Zero);
        Assert.That(await FractionAsync(jobs[0]), Is.EqualTo(0.1));
    }

    [Test]
    public async Task A_stale_report_that_was_under_way_does_not_replace_the_one_of_a_later_run()
    {
        var (lease, jobs) = await RunningAsync(1);
        // the later run's report is in, and the earlier one's statement still saw its lease
        await C.RunAsync("insert into /*schema*/progress(job_id, lease_id, fraction) values ($1, $2, 0.1)", jobs[0], lease + 100);
        Assert.That(await ReportAsync(lease, jobs[0], 0.9), Is.Zero);
        Assert.That(await FractionAsync(jobs[0]), Is.EqualTo(0.1));
    }

    [Test]
    public async Task A_settled_job_of_a_batch_that_is_still_open_writes_nothing()
    {
        var (lease, jobs) = await RunningAsync(2);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        Assert.That(await ReportAsync(lease, jobs[0], 0.9), Is.Zero);
        Assert.That(await ReportAsync(lease, jobs[1], 0.9), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_workers_lease_counts_for_nothing()
    {
        var (lease, jobs) = await RunningAsync(1);
        Assert.That(await C.OneAsync<long>("select /*schema*/report_progress(gen_random_uuid(), $1, array[$2], '{0.5}', '{null}')", jobs, lease), Is.Zero);
    }

    [Test]
    public async Task One_statement_may_name_a_job_twice_and_the_later_lease_wins()
    {
        var (lease, jobs) = await RunningAsync(1);
        Assert.That(
            await C.OneAsync<long>("select /*schema*/report_progress($1, array[$2, $2], array[$3, $4], '{0.5,0.6}', '{a,b}')", Worker, jobs[0], lease - 1, lease), Is.EqualTo(1));
        Assert.That(await FractionAsync(jobs[0]), Is.EqualTo(0.6));
    }

    [Test]
    public async Task A_report_makes_no_flush_wait_and_waits_for_none()
    {
        var (lease, jobs) = await RunningAsync(2);
        await A.RunAsync("begin");
        await A.RunAsync("select /*schema*/report_progress($1, array[$2], array[$3], '{0.5}', '{null}')", Worker, jobs[0], lease);
        Assert.That(await SettleAsync(B, new(lease, jobs)), Is.EqualTo(Answer.SettledAndRemoved));
        await A.RunAsync("commit");
        await C.RunAsync("select /*schema*/sweep_runs()");
        Assert.That(await CountAsync("progress"), Is.Zero);
    }

    [Test]
    public async Task The_janitor_takes_progress_of_ended_jobs_and_waits_that_are_over_and_leaves_the_rest()
    {
        var (lease, jobs) = await RunningAsync(2);
        await ReportAsync(lease, jobs[0], 0.5);
        await ReportAsync(lease, jobs[1], 0.5);
        await SettleAsync(B, new(lease, jobs[0]) { Last = false });
        await C.RunAsync("select /*schema*/watch_jobs(gen_random_uuid(), $1, null, -1)", jobs);
        await C.RunAsync("select /*schema*/watch_jobs(gen_random_uuid(), array[$1], null)", jobs[1]);
        await C.RunAsync("select /*schema*/sweep_runs()");
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/progress"), Is.EqualTo([jobs[1]]));
        Assert.That(await C.ListAsync<Guid>("select job_id from /*schema*/waiter"), Is.EqualTo([jobs[1]]));
    }

    [Test]
    public async Task The_janitor_takes_progress_of_jobs_that_passed_retention()
    {
        await C.RunAsync("insert into /*schema*/progress(job_id, lease_id, fraction) values (gen_random_uuid(), 1, 0.5)");
        await C.RunAsync("select /*schema*/sweep_runs()");
        Assert.That(await CountAsync("progress"), Is.Zero);
    }

    private Task<long> ReportAsync(long lease, Guid job, double fraction) =>
        C.OneAsync<long>("select /*schema*/report_progress($1, array[$2], array[$3], array[$4], '{null}')", Worker, job, lease, fraction);

    private Task<double> FractionAsync(Guid job) => C.OneAsync<double>("select fraction from /*schema*/progress where job_id = $1", job);
}
