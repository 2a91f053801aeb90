using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Tests.Storage;

/// <summary>A migrated database a test, sessions A, B and C, four lanes of one queue with their isolation lanes, and a live worker.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class StorageFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private Session _watch = null!;

    protected const short Home = 1;
    protected const short Isolation = 2;

    protected string Database { get; private set; } = "";

    protected Session A { get; private set; } = null!;

    protected Session B { get; private set; } = null!;

    protected Session C { get; private set; } = null!;

    protected Guid Instance { get; private set; }

    protected Guid Worker { get; } = Guid.CreateVersion7();

    [SetUp]
    public async Task PrepareAsync()
    {
        Database = await TestDatabase.CreateMigratedAsync();
        A = await Session.OpenAsync(Database);
        B = await Session.OpenAsync(Database);
        C = await Session.OpenAsync(Database);
        _watch = await Session.OpenAsync(Database);
        Instance = await C.OneAsync<Guid>("select instance from /*schema*/meta");
        await C.RunAsync("select /*schema*/ensure_lane('d', g::smallint) from generate_series(4, 1, -1) g");
        await RegisterAsync(Worker);
    }

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var session in new[] { A, B, C, _watch })
            if (session is not null)
                await session.DisposeAsync();
    }

    protected static Guid[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];

    protected Task RegisterAsync(Guid worker, string queue = "d") =>
        C.RunAsync("select /*schema*/register_worker($1, 1000, 'host-h', 4711, 'v', array[$2])", worker, queue);

    protected Task<List<Enqueued>> EnqueueAsync(Session session, params Guid[] ids) => EnqueueAsync(session, new Batch(ids));

    protected async Task<List<Enqueued>> EnqueueAsync(Session session, Batch batch)
    {
        T[] Fill<T>(T value) => [.. Enumerable.Repeat(value, batch.Ids.Length)];
        var keys = batch.Keys.Length == 1 ? Fill(batch.Keys[0]) : batch.Keys;
        var keyed = keys.Length > 0;
        var rows = await session.RowsAsync(
            "select id, outcome, holder from /*schema*/enqueue_jobs($1, $2, $3, $4, $5::json[], $6, $7, $8, null, null, $9, $10, $11, $12)",
            batch.Instance ?? Instance, batch.Ids, Fill(batch.Lane), Fill(batch.Type), Fill("{}"), Fill(batch.MaxAttempts),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Double, batch.Delay is { } delay ? Fill(delay) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, batch.Due is { } due ? Fill(due) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Text, keyed ? keys : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Smallint, keyed ? Fill(batch.Scope) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Double, batch.Period is { } period ? Fill(period) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Boolean, batch.Replace ? Fill(true) : null));
        return [.. rows.Select(row => new Enqueued((Guid)row[0]!, (short)row[1]!, (Guid?)row[2]))];
    }

    protected async Task<List<Claimed>> ClaimAsync(Session session, int limit = 100, Guid? worker = null, long from = 0)
    {
        short[] lanes = [.. (await C.ListAsync<short>("select lane from /*schema*/lane order by isolated, lane"))];
        var rows = await session.RowsAsync(
            "select lease_id, id, lane, attempt, crashes, tomb, gate from /*schema*/claim_jobs($1, $2, $3, $4) order by seq",
            worker ?? Worker, lanes, lanes.Select(_ => from).ToArray(), limit);
        return [.. rows.Select(row => new Claimed((long)row[0]!, (Guid)row[1]!, (short)row[2]!, (short)row[3]!, (short)row[4]!, (short?)row[5], (bool)row[6]!))];
    }

    /// <summary>Enqueues that many jobs and claims them as one lease.</summary>
    protected async Task<(long Lease, Guid[] Jobs)> RunningAsync(int count)
    {
        var jobs = Ids(count);
        await EnqueueAsync(B, jobs);
        var claimed = await ClaimAsync(B);
        return (claimed[0].Lease, jobs);
    }

    protected async Task<Answer> SettleAsync(Session session, Settlement settlement)
    {
        var (lease, jobs) = (settlement.Lease, settlement.Jobs);
        T[] Fill<T>(T value) => [.. Enumerable.Repeat(value, jobs.Length)];
        var goesOn = settlement.Outcome is 3 or 6 or 7 or 8;
        var row = (await session.RowsAsync(
            """
            select settled, removed, busy from /*schema*/settle_jobs($1, array[$2], array[$3], $4, $5, $6, $7, $8, null, $9, $10, $11, $12, null, $13)
            """,
            Worker, lease, settlement.Last ? jobs.Length : -1, Fill(lease), jobs, Fill(settlement.Attempt), Fill(settlement.Lane),
            Fill(settlement.Outcome), Null(NpgsqlDbType.Array | NpgsqlDbType.Text, settlement.Error is { } error ? Fill(error) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Double, goesOn ? Fill(3600d) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Smallint, goesOn ? Fill(settlement.Crashes) : null),
            Null(NpgsqlDbType.Array | NpgsqlDbType.Uuid, settlement.Keyed ? jobs : null), settlement.Recheck))[0];
        return new Outcome(row[0] as long[] ?? [], row[1] as long[] ?? [], row[2] as long[] ?? []).For(lease);
    }

    protected async Task<long> DetachAsync(long lease, Guid job) =>
        await B.OneAsync<long>("select lease_id from /*schema*/detach_jobs($1, array[$2])", lease, job);

    protected Task CompleteInTransactionAsync(Session session, long lease, Guid job) =>
        session.RunAsync("select /*schema*/complete_in_transaction($1, $2, $3, $4, 5)", Instance, Worker, lease, job);

    protected async Task<List<Rescued>> RescueAsync(Session session) =>
        [.. (await session.RowsAsync("select job, lane, outcome from /*schema*/rescue()"))
            .Select(row => new Rescued((Guid)row[0]!, (short)row[1]!, (short)row[2]!))];

    /// <summary>Lets every worker's lease be over, as if its process had died a while ago.</summary>
    protected Task ExpireWorkersAsync() => C.RunAsync("update /*schema*/worker set expires_at = clock_timestamp() - interval '1 second'");

    protected async Task<List<int>> TerminalOutcomesAsync(Guid job) =>
        [.. (await C.ListAsync<short>(
            "select outcome from /*schema*/attempt where job_id = $1 and outcome in (2, 4, 5, 9) order by finished_at", job)).Select(o => (int)o)];

    protected Task<List<bool?>> EndPendingAsync(Session session, params Guid[] jobs) => EndPendingAsync(session, outcome: 5, jobs);

    protected async Task<List<bool?>> EndPendingAsync(Session session, short outcome, params Guid[] jobs) =>
        [.. (await session.RowsAsync("select settled from /*schema*/end_pending($1, $2, 'x') order by array_position($1, job)", jobs, outcome))
            .Select(row => (bool?)row[0])];

    protected async Task<int> CountAsync(string table) => (int)await C.OneAsync<long>($"select count(*) from /*schema*/{table}");

    /// <summary>Returns once the session's statement waits for a lock; fails if it ends instead.</summary>
    protected async Task WaitUntilBlockedAsync(Session session, Task statement)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await _watch.OneAsync<bool>("select coalesce(wait_event_type = 'Lock', false) from pg_stat_activity where pid = $1", session.ProcessId))
        {
            Assert.That(statement.IsCompleted, Is.False, "the statement did not wait for anybody");
            Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(Limit), "the statement neither waits nor ends");
        }
    }

    private static NpgsqlParameter Null(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };

    internal sealed record Batch(Guid[] Ids, params string[] Keys)
    {
        public short Scope { get; init; } = 1;

        public bool Replace { get; init; }

        public double? Delay { get; init; }

        public DateTime? Due { get; init; }

        public double? Period { get; init; }

        public short Lane { get; init; } = Home;

        public short MaxAttempts { get; init; } = 5;

        public string Type { get; init; } = "t";

        public Guid? Instance { get; init; }
    }

    internal sealed record Settlement(long Lease, params Guid[] Jobs)
    {
        public short Outcome { get; init; } = 2;

        public bool Last { get; init; } = true;

        public bool Recheck { get; init; }

        public bool Keyed { get; init; }

        public short Attempt { get; init; } = 1;

        public short Lane { get; init; } = Home;

        public short Crashes { get; init; }

        public string? Error { get; init; }
    }

    internal sealed record Enqueued(Guid Id, int Outcome, Guid? Holder);

    internal sealed record Claimed(long Lease, Guid Id, int Lane, int Attempt, int Crashes, int? Tomb, bool Gate);

    internal sealed record Rescued(Guid Job, int Lane, int Outcome);

    /// <summary>What a flush was told about its only lease.</summary>
    internal enum Answer
    {
        Fenced,
        Busy,
        Settled,
        SettledAndRemoved,
    }

    private sealed record Outcome(long[] Settled, long[] Removed, long[] Busy)
    {
        public Answer For(long lease)
        {
            Assert.That(Settled.Concat(Busy).Concat(Removed), Is.All.EqualTo(lease));
            return (Settled.Length, Removed.Length, Busy.Length) switch
            {
                (0, 0, 0) => Answer.Fenced,
                (0, 0, 1) => Answer.Busy,
                (1, 0, 0) => Answer.Settled,
                (1, 1, 0) => Answer.SettledAndRemoved,
                _ => throw new InvalidOperationException($"A flush answered {Settled.Length}, {Removed.Length}, {Busy.Length}."),
            };
        }
    }
}
