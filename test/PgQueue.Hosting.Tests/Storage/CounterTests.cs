namespace PgQueue.Tests.Storage;

/// <summary>The counters: by route whatever ends a job, and rolled up without losing or doubling anything.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CounterTests : StorageFixture
{
    private const short Succeeded = 2;

    [TestCase("mail", ExpectedResult = "mail")]
    [TestCase("mail:one", ExpectedResult = "mail:*")]
    [TestCase("mail:bulk:one", ExpectedResult = "mail:bulk:*")]
    [TestCase("mails", ExpectedResult = "")]
    [TestCase("mail:*", ExpectedResult = "mail:*")]
    public async Task<string?> A_type_has_its_exact_route_or_the_longest_prefix(string type)
    {
        await RoutesAsync("mail", "mail:*", "mail:bulk:*");
        return await C.OneAsync<string>("select /*schema*/route_of($1)", type);
    }

    [Test]
    public async Task A_route_stays_known_when_its_worker_is_gone_and_many_may_register_it_at_once()
    {
        var workers = Ids(8);
        await Task.WhenAll(new[] { A, B, C }.Select((session, i) => session.RunAsync(
            "select /*schema*/register_worker($1, 100, 'h', 1, 'v', '{d}', array['b', 'a', 'c'])", workers[i])));
        await C.RunAsync("select /*schema*/unregister_worker(id) from /*schema*/worker");
        Assert.That(await C.ListAsync<string>("select name from /*schema*/route order by name"), Is.EqualTo(["a", "b", "c"]));
    }

    [Test]
    public async Task A_flush_counts_each_outcome_under_its_route()
    {
        var (lease, jobs) = await RunningAsync(6);
        await SettleRoutesAsync(lease, jobs, ["x", "y*"], [1, 2, 2, 1, 2, 0], [2, 2, 2, 3, 7, 2]);
        Assert.That(await CountsAsync(), Is.EqualTo(["2 - 1", "2 x 1", "2 y* 2", "3 x 1", "7 y* 1"]));
    }

    [Test]
    public async Task A_flush_of_one_route_needs_no_numbers_and_a_refused_one_counts_nothing()
    {
        var (lease, jobs) = await RunningAsync(3);
        await SettleRoutesAsync(lease, jobs, ["x"], null, [2, 2, 2]);
        await SettleRoutesAsync(lease, jobs, ["x"], null, [2, 2, 2]);
        Assert.That(await CountsAsync(), Is.EqualTo(["2 x 3"]));
    }

    [Test]
    public async Task A_job_that_this_worker_has_no_handler_for_ends_under_the_route_of_those_that_have_one()
    {
        await RoutesAsync("t");
        var (lease, jobs) = await RunningAsync(2);
        await SettleRoutesAsync(lease, jobs, [], [0, 0], [5, 8]);
        Assert.That(await CountsAsync(), Is.EqualTo(["5 t 1", "8 - 1"]));
    }

    [Test]
    public async Task Completions_in_a_transaction_rescues_and_cancels_of_scheduled_jobs_have_their_route_too()
    {
        await RoutesAsync("t*");
        var (lease, jobs) = await RunningAsync(3);
        await CompleteInTransactionAsync(B, await DetachAsync(lease, jobs[0]), jobs[0]);
        var later = Ids(2);
        await EnqueueAsync(B, new Batch(later) { Delay = 3600 });
        await EndPendingAsync(B, later[0]);
        await EnqueueAsync(B, new Batch(Ids(1)) { MaxAttempts = 1, Type = "other" });
        await ClaimAsync(B);
        await ExpireWorkersAsync();
        await RescueAsync(C);
        Assert.That(await CountsAsync(), Is.EqualTo(["10 t* 2", "2 t* 1", "4 - 1", "5 t* 1"]));
    }

    [Test]
    public async Task Rows_are_rolled_up_by_age_and_the_last_seconds_are_left_alone()
    {
        string[] ages = ["5 seconds", "1 minute", "30 minutes", "5 hours", "3 days", "20 days", "200 days"];
        foreach (var age in ages)
            await C.RunAsync($"insert into /*schema*/counter(bucket, lane, outcome, n, route) select now() - '{age}'::interval, 1, 2, 1, 'r' from generate_series(1, 10)");
        await RollAsync(C);
        await C.RunAsync("set timezone = 'UTC'");
        Assert.That(await C.ListAsync<string>("select grain || ':' || count(*) || ':' || sum(n) from /*schema*/counter group by grain order by grain"),
            Is.EqualTo(["0:10:10", "1:1:10", "2:1:10", "3:1:10", "4:1:10", "5:1:10", "6:1:10"]));
        Assert.That(await C.ListAsync<bool>("select bucket = date_trunc('day', now() - interval '20 days') from /*schema*/counter where grain = 5"), Is.EqualTo([true]));
        Assert.That(await RollAsync(C), Is.Zero, "nothing is rolled twice");
    }

    [Test]
    public async Task What_is_very_old_becomes_one_row_a_lane_outcome_and_route_however_often_it_is_rolled()
    {
        for (var month = 4; month < 8; month++)
        {
            await C.RunAsync($"insert into /*schema*/counter(bucket, lane, outcome, n, route) select now() - interval '{month} months', l, 2, 3, r from generate_series(1, 2) l, unnest(array['a', 'b']) r");
            await RollAsync(C);
        }

        Assert.That(await C.ListAsync<string>("select lane || route || sum(n) || count(*) from /*schema*/counter where bucket = '-infinity' group by lane, route order by 1"),
            Is.EqualTo(["1a121", "1b121", "2a121", "2b121"]));
    }

    [Test]
    public async Task Totals_are_conserved_by_many_rollers_beside_writers_and_no_reader_sees_them_go_down()
    {
        const int rounds = 40;
        await using var reader = await Session.OpenAsync(Database);
        await using var second = await Session.OpenAsync(Database);
        using var stop = new CancellationTokenSource();
        async Task WriteAsync(Session session)
        {
            for (var i = 0; i < rounds; i++)
                await session.RunAsync("""
                    insert into /*schema*/counter(bucket, lane, outcome, n, route)
                    select clock_timestamp() - make_interval(secs => random() * 9000000), 1 + g % 3, 2 + g % 2, 1, 'r' || g % 5 from generate_series(1, 500) g
                    """);
        }

        async Task<int> RollOnAsync(Session session)
        {
            var turns = 0;
            for (; !stop.IsCancellationRequested; turns++)
                await session.RunAsync("select /*schema*/roll_counters(700)");
            return turns;
        }

        async Task<List<long>> ReadOnAsync()
        {
            var totals = new List<long>();
            while (!stop.IsCancellationRequested)
                totals.Add(await reader.OneAsync<long>("select coalesce(sum(n), 0)::bigint from /*schema*/counter"));
            return totals;
        }

        var (rolling, reading) = (new[] { RollOnAsync(B), RollOnAsync(C) }, ReadOnAsync());
        await Task.WhenAll(WriteAsync(A), WriteAsync(second));
        await stop.CancelAsync();
        Assert.That(await Task.WhenAll(rolling), Is.All.GreaterThan(1));
        Assert.That(await reading, Is.Ordered);
        await RollAsync(C);
        Assert.That(await C.ListAsync<string>("select outcome || route || sum(n) from /*schema*/counter group by outcome, route order by 1"),
            Is.EqualTo(Enumerable.Range(2, 2).SelectMany(o => Enumerable.Range(0, 5).Select(r => $"{o}r{r}{2 * rounds * 500 / 10}"))));
        Assert.That(await C.OneAsync<long>("select count(*) from /*schema*/counter where grain = 0 and bucket < now() - interval '1 minute'"), Is.Zero);
    }

    [Test]
    public async Task A_settlement_does_not_wait_for_a_roll_up_that_is_not_committed()
    {
        await C.RunAsync("insert into /*schema*/counter(bucket, lane, outcome, n) values (now() - interval '1 hour', 1, 2, 1)");
        await A.RunAsync("begin");
        Assert.That(await RollAsync(A), Is.EqualTo(1));
        var (lease, jobs) = await RunningAsync(1);
        Assert.That(await SettleAsync(B, new(lease, jobs)), Is.EqualTo(Answer.SettledAndRemoved));
        Assert.That(await RollAsync(C), Is.Zero, "another roller leaves the row to the first");
        await A.RunAsync("rollback");
        Assert.That(await C.OneAsync<long>("select sum(n)::bigint from /*schema*/counter"), Is.EqualTo(2));
    }

    private static async Task<long> RollAsync(Session session)
    {
        var (all, last) = (0L, 0L);
        do
        {
            last = await session.OneAsync<long>("select /*schema*/roll_counters()");
            all += last;
        }
        while (last >= 10_000);
        return all;
    }

    private Task RoutesAsync(params string[] routes) =>
        C.RunAsync("select /*schema*/register_worker(gen_random_uuid(), 1000, 'h', 1, 'v', '{d}', $1)", (object)routes);

    private Task SettleRoutesAsync(long lease, Guid[] jobs, string[] routes, short[]? numbers, short[] outcomes) => B.RunAsync(
        """
        select /*schema*/settle_jobs($1, array[$2], array[$3], $4, $5, $6, $7, $8, delays => $9, cr => $7, routes => $10, rt => $11::smallint[])
        """,
        Worker, lease, jobs.Length, jobs.Select(_ => lease).ToArray(), jobs, jobs.Select(_ => (short)1).ToArray(), jobs.Select(_ => Home).ToArray(), outcomes,
        jobs.Select(_ => 3600d).ToArray(), routes, numbers);

    private Task<List<string>> CountsAsync() => C.ListAsync<string>(
        "select outcome || ' ' || case route when '' then '-' else route end || ' ' || sum(n) from /*schema*/counter group by outcome, route order by (outcome || ' ' || route) collate \"C\"");
}
