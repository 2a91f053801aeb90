namespace PgQueue.Tests.Storage;

/// <summary>Counts of unfinished jobs: exact where there are few, within a tenth where there are many, whatever else the tables hold.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class SampleTests : StorageFixture
{
    private const int Many = 200_000;
    private const int Few = 137;

    [Test]
    public async Task Two_hundred_thousand_fresh_jobs([Values] bool ready) => await AssertAsync(ready, await FillAsync(ready, Many), isExact: false);

    [Test]
    public async Task Half_of_them_gone_at_random([Values] bool ready)
    {
        await FillAsync(ready, Many);
        await C.RunAsync($"delete from {Table(ready)} where hashtext(job_id::text) % 2 = 0");
        await AssertAsync(ready, await CountAsync(Name(ready)), isExact: false);
    }

    [Test]
    public async Task The_first_half_of_them_gone([Values] bool ready)
    {
        await FillAsync(ready, Many);
        await DeleteFirstAsync(ready, Many / 2);
        await AssertAsync(ready, Many / 2, isExact: false);
    }

    [Test]
    public async Task Nine_of_ten_rows_dead_under_an_old_snapshot([Values] bool random)
    {
        await A.RunAsync("begin isolation level repeatable read");
        await A.RunAsync("select count(*) from /*schema*/ready");
        await FillAsync(ready: true, 2 * Many);
        await C.RunAsync(random ? "delete from /*schema*/ready where seq % 10 <> 3" : $"delete from /*schema*/ready where seq <= {2 * Many * 9 / 10}");
        await AssertAsync(ready: true, Many / 5, isExact: null);
    }

    [Test]
    public async Task A_few_left_of_many([Values] bool ready, [Values] bool vacuumed)
    {
        await FillAsync(ready, Many);
        await DeleteFirstAsync(ready, Many - Few);
        if (vacuumed)
            await C.RunAsync($"vacuum {Table(ready)}");
        await AssertAsync(ready, Few, isExact: true);
    }

    [Test]
    public async Task None_left_of_many([Values] bool ready)
    {
        await FillAsync(ready, Many);
        await C.RunAsync($"delete from {Table(ready)}");
        Assert.That(await SampleAsync(ready), Is.EqualTo((0d, true)));
    }

    [Test]
    public async Task A_small_lane_beside_large_ones_is_exact()
    {
        await FillAsync(ready: true, Many);
        await FillAsync(ready: true, Many / 2, lane: 3);
        await FillAsync(ready: true, Few, lane: 5);
        var rows = await C.RowsAsync("select lane, sum(n)::float8, bool_and(exact) from /*schema*/sample_ready() group by lane order by lane");
        Assert.That(rows.Select(r => (short)r[0]!), Is.EqualTo(new short[] { 1, 3, 5 }));
        Assert.That((double)rows[0][1]!, Is.EqualTo(Many).Within(10).Percent);
        Assert.That((double)rows[1][1]!, Is.EqualTo(Many / 2).Within(10).Percent);
        Assert.That(((double)rows[2][1]!, (bool)rows[2][2]!), Is.EqualTo(((double)Few, true)));
    }

    [Test]
    public async Task Up_to_twenty_thousand_are_counted([Values] bool ready)
    {
        await FillAsync(ready, 19_000);
        await AssertAsync(ready, 19_000, isExact: true);
    }

    [Test]
    public async Task A_sample_of_few_jobs_is_all_of_them_and_of_many_it_is_bounded()
    {
        await FillAsync(ready: true, 900);
        Assert.That(await C.OneAsync<long>("select sum(cardinality(jobs)) from /*schema*/sample_ready()"), Is.EqualTo(900));
        await FillAsync(ready: true, Many);
        Assert.That(await C.OneAsync<long>("select sum(cardinality(jobs)) from /*schema*/sample_ready()"), Is.InRange(300, 2_000));
    }

    [Test]
    public async Task Jobs_of_a_dead_worker_run_until_they_are_rescued_and_settled_ones_do_not()
    {
        var (lease, jobs) = await RunningAsync(5);
        await SettleAsync(B, new(lease, jobs[..2]) { Last = false });
        async Task<double> RunningNowAsync() => await C.OneAsync<double>("select coalesce(sum(n), 0)::float8 from /*schema*/sample_running()");
        Assert.That(await RunningNowAsync(), Is.EqualTo(3));
        await ExpireWorkersAsync();
        Assert.That(await RunningNowAsync(), Is.EqualTo(3));
        await A.RunAsync("begin");
        await RescueAsync(A);
        Assert.That(await RunningNowAsync(), Is.EqualTo(3), "the rescue is not committed");
        await A.RunAsync("commit");
        Assert.That(await RunningNowAsync(), Is.Zero);
        Assert.That(await SampleAsync(ready: true), Is.EqualTo((3d, true)));
    }

    private static string Name(bool ready) => ready ? "ready" : "scheduled";

    private static string Table(bool ready) => $"/*schema*/{Name(ready)}";

    private async Task<int> FillAsync(bool ready, int count, short lane = Home)
    {
        await C.RunAsync(ready
            ? $"insert into /*schema*/ready(job_id, lane) select gen_random_uuid(), {lane} from generate_series(1, {count})"
            : $"insert into /*schema*/scheduled(run_at, job_id, lane, deferred) select now() + g * interval '1 second', gen_random_uuid(), {lane}, g % 4 = 0 from generate_series(1, {count}) g");
        return count;
    }

    private Task DeleteFirstAsync(bool ready, int count) => C.RunAsync(
        $"delete from {Table(ready)} where ctid = any(array(select ctid from {Table(ready)} order by {(ready ? "seq" : "run_at")} limit {count}))");

    /// <summary>Five times, because each sample is another.</summary>
    private async Task AssertAsync(bool ready, int expected, bool? isExact)
    {
        for (var i = 0; i < 5; i++)
        {
            var (sum, exact) = await SampleAsync(ready);
            Assert.That(sum, exact ? Is.EqualTo(expected) : Is.EqualTo(expected).Within(10).Percent);
            if (isExact is { } wanted)
                Assert.That(exact, Is.EqualTo(wanted));
        }
    }

    private async Task<(double Sum, bool IsExact)> SampleAsync(bool ready)
    {
        var row = (await C.RowsAsync($"select coalesce(sum(n), 0)::float8, coalesce(bool_and(exact), true) from /*schema*/sample_{Name(ready)}()"))[0];
        return ((double)row[0]!, (bool)row[1]!);
    }
}
