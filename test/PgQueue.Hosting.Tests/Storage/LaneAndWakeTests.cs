using Npgsql;

namespace PgQueue.Tests.Storage;

/// <summary>Lanes are made once, and a notification is sent only where some other worker says it is idle.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class LaneAndWakeTests : StorageFixture
{
    private const string Idle = "update /*schema*/worker set waiting = '{d}' where id = $1";

    [Test]
    public async Task Sixteen_sessions_that_need_a_new_lane_at_once_get_the_same_one()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Session.OpenAsync(Database)));
        var lanes = await Task.WhenAll(sessions.Select(s => s.OneAsync<short>("select /*schema*/ensure_lane('new', 3::smallint)")));
        foreach (var session in sessions)
            await session.DisposeAsync();
        Assert.That(lanes.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await C.ListAsync<string>("select lane % 2 || ' ' || isolated from /*schema*/lane where queue = 'new' order by lane"), Is.EqualTo(["1 false", "0 true"]));
    }

    [Test]
    public async Task Two_sessions_that_need_two_new_lanes_get_two()
    {
        await A.RunAsync("begin");
        var first = await A.OneAsync<short>("select /*schema*/ensure_lane('one', 1::smallint)");
        var second = B.OneAsync<short>("select /*schema*/ensure_lane('two', 1::smallint)");
        await WaitUntilBlockedAsync(B, second);
        await A.RunAsync("commit");
        Assert.That(await second, Is.EqualTo(first + 2));
    }

    [Test]
    public async Task An_idle_worker_is_woken_by_another()
    {
        await C.RunAsync(Idle, Worker);
        Assert.That(await HeardAsync("select /*schema*/wake('{d,e,d}', null)"), Is.EqualTo(["d"]));
        Assert.That(await HeardAsync("select /*schema*/wake('{d}', gen_random_uuid())"), Is.EqualTo(["d"]));
    }

    [Test]
    public async Task Nobody_is_woken_where_nobody_waits_or_only_the_caller_does()
    {
        Assert.That(await HeardAsync("select /*schema*/wake('{d}', null)"), Is.Empty);
        await C.RunAsync(Idle, Worker);
        Assert.That(await HeardAsync("select /*schema*/wake('{d}', $1)", Worker), Is.Empty);
        Assert.That(await HeardAsync("select /*schema*/wake('{other}', null)"), Is.Empty);
    }

    [Test]
    public async Task Lanes_wake_the_workers_of_their_queue()
    {
        Assert.That(await HeardAsync("select /*schema*/wake_lanes('{1,2,3}', null)"), Is.Empty);
        await C.RunAsync(Idle, Worker);
        Assert.That(await HeardAsync("select /*schema*/wake_lanes('{1,2,3}', null)"), Is.EqualTo(["d"]), "once, for an isolation lane too");
        Assert.That(await HeardAsync("select /*schema*/wake_lanes('{1}', $1)", Worker), Is.Empty);
    }

    [Test]
    public async Task A_worker_is_heard_as_idle_only_while_it_says_so()
    {
        await C.RunAsync("select /*schema*/set_waiting($1, '{d}')", Worker);
        Assert.That(await HeardAsync("select /*schema*/wake('{d}', null)"), Is.EqualTo(["d"]));
        await C.RunAsync("select /*schema*/set_waiting($1, '{}')", Worker);
        Assert.That(await HeardAsync("select /*schema*/wake('{d}', null)"), Is.Empty);
    }

    [Test]
    public async Task A_promotion_and_a_rescue_wake_whoever_is_idle()
    {
        await RunningAsync(1);
        await EnqueueAsync(B, new Batch(Ids(1)) { Delay = 3600 });
        await C.RunAsync("update /*schema*/scheduled set run_at = clock_timestamp() - interval '1 second'");
        await C.RunAsync(Idle, Worker);
        Assert.That(await HeardAsync("select /*schema*/promote('-infinity', 10, null)"), Is.EqualTo(["d"]));
        await ExpireWorkersAsync();
        var other = Guid.CreateVersion7();
        await RegisterAsync(other);
        await C.RunAsync(Idle, other);
        Assert.That(await HeardAsync("select /*schema*/rescue(me => $1)", Worker), Is.EqualTo(["d"]));
    }

    [TestCase("null", 0)]
    [TestCase("'{d}'", 1)]
    public async Task An_enqueue_wakes_only_when_it_is_told_to(string wake, int heard)
    {
        await C.RunAsync(Idle, Worker);
        var sql = $"select /*schema*/enqueue_jobs($1, $2, '{{1}}', '{{t}}', array['{{}}']::json[], '{{5}}', wake_ => {wake})";
        Assert.That(await HeardAsync(sql, Instance, Ids(1)), Has.Count.EqualTo(heard));
    }

    [TestCase(2, 1)]
    [TestCase(3600, 0)]
    public async Task An_enqueue_that_is_due_before_the_next_look_tells_the_promoters(double delay, int heard)
    {
        var sql = "select /*schema*/enqueue_jobs($1, $2, '{1}', '{t}', array['{}']::json[], '{5}', array[$3])";
        Assert.That(await HeardAsync(sql, Instance, Ids(1), delay), Is.EqualTo(Enumerable.Repeat("@", heard)));
    }

    [Test]
    public async Task A_notification_of_a_transaction_that_rolls_back_is_never_heard()
    {
        await C.RunAsync(Idle, Worker);
        await A.RunAsync("begin");
        await A.RunAsync("select /*schema*/wake('{d}', null)");
        await A.RunAsync("rollback");
        Assert.That(await HeardAsync("select 1"), Is.Empty);
    }

    /// <summary>What a listener hears of one statement: the queues named, up to a mark sent after it, for notifications keep their order.</summary>
    private async Task<List<string>> HeardAsync(string sql, params object?[] args)
    {
        var channel = await C.OneAsync<string>("select channel from /*schema*/meta");
        await using var listener = await Session.OpenAsync(Database);
        await listener.RunAsync($"listen {channel}");
        var heard = new List<string>();
        listener.Connection.Notification += (_, e) => heard.Add(e.Payload);
        await A.RunAsync(sql, args);
        await A.RunAsync("select pg_notify($1, 'end')", channel);
        while (heard is [] || !string.Equals(heard[^1], "end", StringComparison.Ordinal))
            Assert.That(await listener.Connection.WaitAsync(10_000), Is.True);
        heard.RemoveAt(heard.Count - 1);
        return heard;
    }
}
