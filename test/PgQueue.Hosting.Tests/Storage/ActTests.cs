using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Tests.Storage;

/// <summary>Acts on jobs in each of their places, against claims and promotions under way.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ActTests : StorageFixture
{
    private const short Failed = 4;
    private const short Cancelled = 5;
    private static readonly DateTime Later = new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Past = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [TestCase(Failed)]
    [TestCase(Cancelled)]
    public async Task Ready_and_scheduled_jobs_end_here_and_now_and_free_their_keys(short outcome)
    {
        var (ready, scheduled, next) = (Ids(1), Ids(1), Ids(2));
        await EnqueueAsync(B, new Batch(ready, "r"));
        await EnqueueAsync(B, new Batch(scheduled, "s") { Delay = 3600 });
        Assert.That(await EndAsync(B, outcome, [.. ready, .. scheduled]), Is.EqualTo([0, 0]));
        Assert.That(await TerminalOutcomesAsync(ready[0]), Is.EqualTo([outcome]));
        Assert.That(await TerminalOutcomesAsync(scheduled[0]), Is.EqualTo([outcome]));
        Assert.That(await C.ListAsync<string>("select error from /*schema*/attempt"), Is.EqualTo(["why", "why"]));
        Assert.That(await EnqueueAsync(B, new Batch(next, "r", "s")), Is.Empty, "their keys are free");
        Assert.That(await EndAsync(B, outcome, [.. ready, .. scheduled]), Is.EqualTo([4, 4]), "they have finished");
        Assert.That(await CountAsync("tombstone"), Is.Zero);
        Assert.That(await C.ListAsync<long>("select count from /*schema*/audit order by id"), Is.EqualTo([2L, 0L]));
        Assert.That(await C.OneAsync<decimal>("select sum(n) from /*schema*/counter where outcome = $1", outcome), Is.EqualTo(2));
    }

    [TestCase(Failed)]
    [TestCase(Cancelled)]
    public async Task A_running_job_is_marked_once_and_ends_with_the_reason(short outcome)
    {
        var (lease, jobs) = await RunningAsync(2);
        Assert.That(await EndAsync(C, outcome, [jobs[0], Ids(1)[0]]), Is.EqualTo([1, 5]));
        Assert.That(await EndAsync(C, outcome, jobs[0]), Is.EqualTo([2]), "it was asked before");
        var beat = (await B.RowsAsync("select cancels, discards from /*schema*/beat($1, 100, 0)", Worker))[0];
        Assert.That(beat[0], Is.EqualTo(new[] { jobs[0] }));
        Assert.That(beat[1] as Guid[] ?? [], Is.EqualTo(outcome == Failed ? [jobs[0]] : Array.Empty<Guid>()));
        await SettleAsync(B, new(lease, jobs[0]) { Outcome = outcome, Last = false });
        Assert.That(await C.OneAsync<string>("select error from /*schema*/attempt where job_id = $1", jobs[0]), Is.EqualTo("why"));
        Assert.That(await C.ListAsync<long>("select count from /*schema*/audit order by id"), Is.EqualTo([1L, 0L]));
    }

    [TestCase("commit", 1)]
    [TestCase("rollback", 0)]
    public async Task A_job_that_is_being_claimed_is_marked_and_one_whose_claim_was_undone_is_found_marked(string end, int holders)
    {
        var job = Ids(1);
        await EnqueueAsync(B, job);
        await A.RunAsync("begin");
        await ClaimAsync(A);
        Assert.That(await EndAsync(B, Failed, job), Is.EqualTo([1]));
        await A.RunAsync(end);
        Assert.That(await C.OneAsync<long>("select count(*) from /*schema*/lease"), Is.EqualTo(holders));
        Assert.That((await ClaimAsync(B)).Select(c => c.Tomb), Is.EqualTo(holders == 1 ? [] : new int?[] { 4 }));
    }

    [Test]
    public async Task A_gate_gives_the_outcome_of_a_discard()
    {
        var job = Ids(1);
        await EnqueueAsync(B, new Batch(job, "k") { Scope = 2 });
        await ClaimAsync(B);
        await EndAsync(C, Failed, job);
        Assert.That(await B.OneAsync<short>("select verdict from /*schema*/gate_jobs($1)", job), Is.EqualTo(Failed));
    }

    [Test]
    public async Task Jobs_are_given_another_time_in_each_state()
    {
        var (lease, running) = await RunningAsync(1);
        var (ready, scheduled) = (Ids(1), Ids(1));
        await EnqueueAsync(B, ready);
        await EnqueueAsync(B, new Batch(scheduled) { Delay = 3600 });
        Assert.That(await MoveAsync(ready[0], Later), Is.Zero);
        Assert.That(await MoveAsync(ready[0], Later), Is.EqualTo(2), "it is so already");
        Assert.That(await MoveAsync(scheduled[0], Later), Is.Zero);
        Assert.That(await C.ListAsync<DateTime>("select run_at from /*schema*/scheduled"), Is.EqualTo([Later, Later]));
        Assert.That(await MoveAsync(scheduled[0], Past), Is.Zero);
        Assert.That(await MoveAsync(scheduled[0], Past), Is.EqualTo(2), "it is ready already");
        Assert.That((await ClaimAsync(B)).Select(c => c.Id), Is.EqualTo(scheduled));
        Assert.That(await MoveAsync(running[0], Later), Is.EqualTo(3));
        await SettleAsync(B, new(lease, running));
        Assert.That(await MoveAsync(running[0], Later), Is.EqualTo(4));
        Assert.That(await MoveAsync(Ids(1)[0], Later), Is.EqualTo(5));
        Assert.That(await C.ListAsync<long>("select count from /*schema*/audit order by id"), Is.EqualTo([1L, 0L, 1L, 1L, 0L, 0L, 0L, 0L]));
    }

    [Test]
    public async Task Jobs_are_given_another_priority_in_each_state_and_keep_it_over_a_retry()
    {
        var (lease, running) = await RunningAsync(1);
        var (ready, scheduled) = (Ids(1), Ids(1));
        await EnqueueAsync(B, ready);
        await EnqueueAsync(B, new Batch(scheduled) { Delay = 3600 });
        foreach (var job in new[] { ready[0], scheduled[0] })
        {
            Assert.That(await MoveAsync(job, priority: 77), Is.Zero);
            Assert.That(await MoveAsync(job, priority: 77), Is.EqualTo(2), "it is so already");
        }

        var lane = await C.OneAsync<short>("select lane from /*schema*/lane where queue = 'd' and priority = 77 and not isolated");
        Assert.That(await C.ListAsync<short>("select lane from /*schema*/scheduled union all select lane from /*schema*/moved"), Is.EqualTo([lane, lane, lane]));
        Assert.That(await MoveAsync(running[0], priority: 77), Is.EqualTo(3));
        await SettleAsync(B, new(lease, running));
        Assert.That(await MoveAsync(running[0], priority: 77), Is.EqualTo(4));
        var claimed = (await ClaimAsync(B)).Single();
        Assert.That((claimed.Id, claimed.Lane, claimed.Attempt), Is.EqualTo((ready[0], (int)lane, 1)));
    }

    [Test]
    public async Task A_suspect_stays_isolated_with_its_attempt_and_crashes_wherever_it_is_moved()
    {
        await RunningAsync(1);
        await ExpireWorkersAsync();
        var job = (await RescueAsync(B)).Single().Job;
        await RegisterAsync(Worker);
        await MoveAsync(job, priority: 50);
        await MoveAsync(job, Later);
        await MoveAsync(job, priority: 60);
        await MoveAsync(job, Past);
        var claimed = (await ClaimAsync(B)).Single();
        Assert.That((claimed.Attempt, claimed.Crashes), Is.EqualTo((2, 1)));
        Assert.That(await C.OneAsync<bool>("select isolated and priority = 60 from /*schema*/lane where lane = $1", (short)claimed.Lane), Is.True);
    }

    [TestCase("commit", 3)]
    [TestCase("rollback", 0)]
    public async Task A_move_of_a_job_that_is_being_claimed_waits_and_says_what_came_of_it(string end, int outcome)
    {
        var job = Ids(1);
        await EnqueueAsync(B, job);
        await A.RunAsync("begin");
        await ClaimAsync(A);
        var move = MoveAsync(job[0], Later);
        await A.RunAsync(end);
        Assert.That(await move, Is.EqualTo(outcome));
        Assert.That(await PlacesAsync(), Is.EqualTo(job));
    }

    [Test]
    public async Task Two_admins_move_one_job_at_once_and_it_is_in_one_place()
    {
        var jobs = Ids(20);
        await EnqueueAsync(B, jobs);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            await using var session = await Session.OpenAsync(Database);
            foreach (var job in jobs)
                await MoveAsync(session, job, i % 2 == 0 ? null : Later, i % 2 == 0 ? (short)(i + 10) : null);
        }));
        Assert.That(await PlacesAsync(), Is.EquivalentTo(jobs));
    }

    [Test]
    public async Task A_retry_of_a_finished_job_has_the_priority_that_it_was_given()
    {
        var (job, worker) = (Ids(1), Ids(1));
        await EnqueueAsync(B, job);
        await MoveAsync(job[0], priority: 70);
        await EndAsync(B, Failed, job);
        await B.RunAsync("select /*schema*/retry_jobs($1, $2, $3, null)", Instance, job, worker);
        Assert.That(await C.OneAsync<short>("select priority from /*schema*/lane where lane = $1", (short)(await ClaimAsync(B)).Single().Lane), Is.EqualTo(70));
    }

    private static async Task<short> MoveAsync(Session session, Guid job, DateTime? at = null, short? priority = null) => await session.OneAsync<short>(
        "select /*schema*/move_job($1, $2, $3, null, 'me', 'move', 'it')", job,
        new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)at ?? DBNull.Value },
        new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Smallint, Value = (object?)priority ?? DBNull.Value });

    private static async Task<List<short>> EndAsync(Session session, short outcome, params Guid[] jobs) => await session.ListAsync<short>(
        "select done from /*schema*/end_jobs($1, null, null, $2, 'why', null, 'me', 'end', 'it', null) order by array_position($1, job)", jobs, outcome);

    private Task<short> MoveAsync(Guid job, DateTime? at = null, short? priority = null) => MoveAsync(B, job, at, priority);

    private Task<List<Guid>> PlacesAsync() => C.ListAsync<Guid>(
        "select job_id from /*schema*/ready union all select job_id from /*schema*/scheduled union all select unnest(job_ids) from /*schema*/lease");
}
