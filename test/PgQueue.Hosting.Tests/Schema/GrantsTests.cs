using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PgQueue.Configuration;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Schema;

/// <summary>The least-privilege roles, each tried by a login of its own: what works, and what PostgreSQL refuses.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class GrantsTests
{
    private const string Enqueue = "enqueue";
    private const string Worker = "worker";
    private const string View = "view";
    private const string Nobody = "nobody";

    private const string EnqueueOne =
        "select id from /*schema*/enqueue_jobs((select instance from /*schema*/meta), array[$1], '{1}', '{t}', array['{}']::json[], '{5}')";

    private static readonly string[] Tables =
        ["meta", "lane", "worker", "job", "job_default", "ready", "scheduled", "lease", "attempt", "attempt_default", "dedup", "tombstone", "counter", "migration", "migration_lock", "schedule", "schedule_version", "occurrence", "progress", "waiter", "route", "retention", "kept", "job_archive", "attempt_archive", "pause", "audit", "moved"];

    // roles belong to the whole server, so the schema, and with it the roles, has a name of its own
    private readonly SchemaName _schema = new($"g_{Guid.NewGuid():N}"[..14]);
    private string _database = "";

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        _database = await TestDatabase.CreateAsync();
        await using var owner = await Session.OpenAsync(_database, _schema);
        await owner.RunAsync(string.Join('\n', PgQueueSchema.GetScript(schema: _schema.Value).Split('\n').Where(line => !line.StartsWith('\\'))));
        for (var twice = 0; twice < 2; twice++)
            await owner.RunAsync(PgQueueSchema.GetGrantsScript(_schema.Value));
        foreach (var role in new[] { Enqueue, Worker, View, Nobody })
            await owner.RunAsync($"create role {Login(role)} login password 'test'");
        foreach (var role in new[] { Enqueue, Worker, View })
            await owner.RunAsync($"grant {_schema.Value}_{role} to {Login(role)}");
        await owner.RunAsync("select /*schema*/ensure_lane('d', 1::smallint)");
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await using var owner = await Session.OpenAsync(_database, _schema);
        foreach (var role in new[] { Login(Enqueue), Login(Worker), Login(View), Login(Nobody), $"{_schema.Value}_enqueue", $"{_schema.Value}_worker", $"{_schema.Value}_view" })
        {
            await owner.RunAsync($"drop owned by {role}");
            await owner.RunAsync($"drop role {role}");
        }
    }

    [Test]
    public async Task Enqueue_stores_and_cancels_jobs_with_and_without_keys()
    {
        await using var session = await AsAsync(Enqueue);
        var job = Guid.CreateVersion7();
        await session.RunAsync("select /*schema*/ensure_lane('new', 5::smallint)");
        await session.RunAsync(EnqueueOne, job);
        Assert.That(await session.OneAsync<bool>("select settled from /*schema*/end_pending(array[$1], 5::smallint, 'x')", job), Is.False);
        await session.RunAsync(
            "select /*schema*/enqueue_jobs((select instance from /*schema*/meta), array[gen_random_uuid()], '{1}', '{t}', array['{}']::json[], '{5}', keys => '{k}', scopes => '{1}', wake_ => '{d}')");
    }

    [TestCase("select payload from /*schema*/job")]
    [TestCase("select id from /*schema*/job")]
    [TestCase("select from /*schema*/job_default")]
    [TestCase("select from /*schema*/attempt")]
    [TestCase("select from /*schema*/ready")]
    [TestCase("select from /*schema*/dedup")]
    [TestCase("select from /*schema*/waiter")]
    [TestCase("select from /*schema*/progress")]
    [TestCase("select /*schema*/report_progress(gen_random_uuid(), '{}', '{}', '{}', '{}')")]
    [TestCase("select /*schema*/tell_waiters('{}')")]
    [TestCase("select from /*schema*/schedule")]
    [TestCase("select /*schema*/remove_schedule('x')")]
    [TestCase("select /*schema*/trigger_schedule('x', gen_random_uuid(), null, null)")]
    [TestCase("select last_value from /*schema*/ready_seq")]
    [TestCase("update /*schema*/lane set queue = 'x'")]
    [TestCase("select 1 from /*schema*/meta for update")]
    [TestCase("select /*schema*/claim_jobs(gen_random_uuid(), '{1}', '{0}', 1)")]
    [TestCase("select /*schema*/wake('{d}', null)")]
    [TestCase("select /*schema*/rescue()")]
    [TestCase("select /*schema*/pause_work(1::smallint, 'd', null, 'x')")]
    [TestCase("select from /*schema*/audit")]
    [TestCase("create table /*schema*/mine(a int)")]
    public Task Enqueue_is_refused(string sql) => AssertRefusedAsync(Enqueue, sql);

    [Test]
    public async Task View_reads_everything_but_payloads_headers_and_errors()
    {
        await using var session = await AsAsync(View);
        foreach (var table in new[] { "meta", "lane", "worker", "ready", "scheduled", "lease", "dedup", "tombstone", "counter", "migration", "occurrence", "waiter", "route", "pause", "audit", "moved", "retention", "kept" })
            await session.RunAsync($"select * from /*schema*/{table}");
        await session.RunAsync("select id, created_at, due, type, dedup_key from /*schema*/job");
        await session.RunAsync("select lease_id, job_id, outcome, worker from /*schema*/attempt");
        await session.RunAsync("select name, cron, next_at, last_job from /*schema*/schedule");
        await session.RunAsync("select job_id, fraction, at from /*schema*/progress");
        await session.RunAsync("select count(*) from /*schema*/sample_ready() a, /*schema*/sample_scheduled() b, /*schema*/sample_running() c");
    }

    [Test]
    public async Task The_library_lists_and_shows_with_View_what_it_may_see()
    {
        await using var owner = Services(_database);
        var (jobs, name) = (owner.GetRequiredService<IJobClient>(), $"s{Guid.NewGuid():N}");
        var job = (await jobs.EnqueueAsync(new Work("secret"), new EnqueueOptions { Queue = "viewed", Delay = TimeSpan.FromHours(1) })).JobId;
        await owner.GetRequiredService<IJobAdmin>().DiscardAsync(job, "secret reason");
        await owner.GetRequiredService<IScheduleClient>().AddOrUpdateAsync(name, "@every 1h", new Work("secret"));
        await using var viewer = Services(ConnectionString(View));
        var admin = viewer.GetRequiredService<IJobAdmin>();
        foreach (var state in new JobState?[] { null, JobState.Failed })
        {
            var found = (await admin.FindAsync(new JobFilter { State = state, Queue = "viewed" })).Jobs.Single();
            Assert.That((found.Id, found.State, found.Error), Is.EqualTo((job, JobState.Failed, (string?)null)));
        }

        Assert.That((await admin.CountAsync(new JobFilter { State = JobState.Failed, Queue = "viewed" })).Count, Is.EqualTo(1));
        var info = await viewer.GetRequiredService<IJobClient>().GetAsync(job);
        Assert.That((info!.State, info.Payload, info.Headers.Count, info.Attempts.Single().Error), Is.EqualTo((JobState.Failed, "", 0, (string?)null)));
        Assert.That((await viewer.GetRequiredService<IScheduleClient>().ListAsync()).Single(s => s.Name == name).Payload, Is.Empty);
        Assert.That((await owner.GetRequiredService<IJobClient>().GetAsync(job))!.Attempts.Single().Error, Is.EqualTo("secret reason"));
        Assert.That(
            async () => await admin.FindAsync(new JobFilter { State = JobState.Failed, Error = "secret" }), Throws.InstanceOf<PgQueueException>(), "not an empty answer");
    }

    [TestCase("select payload from /*schema*/job")]
    [TestCase("select headers from /*schema*/job")]
    [TestCase("select * from /*schema*/job")]
    [TestCase("select j from /*schema*/job j")]
    [TestCase("select payload from /*schema*/job_default")]
    [TestCase("select error from /*schema*/attempt")]
    [TestCase("select result from /*schema*/attempt")]
    [TestCase("select log from /*schema*/attempt")]
    [TestCase("select message from /*schema*/progress")]
    [TestCase("select /*schema*/ended_jobs('{}', '{}', 1)")]
    [TestCase("select payload from /*schema*/schedule")]
    [TestCase("select headers from /*schema*/schedule")]
    [TestCase("select /*schema*/pause_schedule('x', 1, true, null)")]
    [TestCase("select /*schema*/end_pending('{}', 5::smallint, 'x')")]
    [TestCase("select /*schema*/mark()")]
    [TestCase("select /*schema*/pause_work(1::smallint, 'd', null, 'x')")]
    public Task View_is_refused(string sql) => AssertRefusedAsync(View, sql);

    [Test]
    public async Task Worker_runs_the_whole_cycle()
    {
        await using var session = await AsAsync(Worker);
        var (worker, jobs) = (Guid.CreateVersion7(), new[] { Guid.CreateVersion7(), Guid.CreateVersion7() });
        await session.RunAsync("select /*schema*/ensure_lane('cycle', 1::smallint)");
        var lane = await session.OneAsync<short>("select lane from /*schema*/lane where queue = 'cycle' and not isolated");
        await session.RunAsync("select /*schema*/register_worker($1, 100, 'h', 1, 'v', '{cycle}')", worker);
        await session.RunAsync("select /*schema*/set_waiting($1, '{cycle}')", worker);
        await session.RunAsync(
            "select /*schema*/enqueue_jobs((select instance from /*schema*/meta), $1, array[$2, $2], '{t,t}', array['{}','{}']::json[], '{5,5}', wake_ => '{cycle}')", jobs, lane);
        var lease = await session.OneAsync<long>("select lease_id from /*schema*/claim_jobs($1, array[$2], '{0}', 10)", worker, lane);
        await session.RunAsync("select /*schema*/gate_jobs($1)", jobs);
        await session.RunAsync("select /*schema*/watch_jobs($1, $2, null)", worker, jobs);
        await session.RunAsync("select /*schema*/report_progress($1, $2, array[$3, $3], '{0.5,1}', '{a,null}')", worker, jobs, lease);
        var own = await session.OneAsync<long>("select lease_id from /*schema*/detach_jobs($1, array[$2])", lease, jobs[0]);
        await session.RunAsync("select /*schema*/complete_in_transaction((select instance from /*schema*/meta), $1, $2, $3, 1)", worker, own, jobs[0]);
        await session.RunAsync("select /*schema*/settle_jobs($1, array[$2], '{1}', array[$2], array[$3], '{1}', array[$4], '{2}')", worker, lease, jobs[1], lane);
        foreach (var call in new[] { "promote('-infinity', 10, null)", "rescue()", "sweep_leases()", "recall_deferred('{t}', '{}')", "run_now('{}')", "move_jobs('{}', 1::smallint, 1::smallint)",
            "mark()", "advance('{1}', '{0}', 1, '1'::xid8)", "share_safe('{1}', '{0}')", "create_partitions()", "announce_retention('{\"\"}', '{86400}', '{86400}', false)", "drop_expired()", "attach_detached()", "sweep_kept()", "effective_retention()", "janitor()", "sweep_runs()", "roll_counters()", "wake_lanes('{1}', null)",
            "define_schedule((select instance from /*schema*/meta), 's', 0, 1::smallint, 7, '* * * * *', 'UTC', 0::smallint, 0::smallint, 'Skip', 0::smallint, true, 't', 1::smallint, 5::smallint, null, null, '{}', now(), now(), null, false)",
            $"announce_schedules('{worker}', '{{7}}')", "fire_schedules('{s}', '{1}', array[now()], array[now()], '{}', '{}', '{}', '{}', '{}', null, now())",
            "fire_waiting('{s}', array[now()], array[gen_random_uuid()], array[null::json], null)", "trigger_schedule('s', gen_random_uuid(), null, null)",
            "pause_schedule('s', 1, true, null)", "remove_schedule('s')", "drop_occurrences('1 year')", "note_act(null, 'a', 'b', 'c', null, 1)",
            "end_jobs(array[gen_random_uuid()], null, null, 4::smallint, 'x', null, 'a', 'b', 'c', null)", "move_job(gen_random_uuid(), now(), null, null, 'a', 'b', 'c')",
            "move_many('{}', '{}', '{}', null, 3::smallint, null, 1)", "pause_work(2::smallint, 't', null, 'a')", "resume_work(2::smallint, 't', 'a')",
            "recall_resumed(gen_random_uuid(), 10, null)", "drop_audit('1 year')" })
            await session.RunAsync($"select /*schema*/{call}");
        Assert.That(await session.OneAsync<bool>("select alive from /*schema*/beat($1, 100, 0)", worker), Is.True);
        Assert.That(await session.ListAsync<short>("select outcome from /*schema*/attempt where job_id = any($1)", jobs), Is.EqualTo([2, 2]));
        await session.RunAsync("select * from /*schema*/ended_jobs($1, $1, 60)", jobs);
        await session.RunAsync("select /*schema*/watch_jobs($1, null, $2)", worker, jobs);
        await session.RunAsync("select payload, headers from /*schema*/job");
        await session.RunAsync("select * from /*schema*/progress");
        await session.RunAsync("select * from /*schema*/schedule, /*schema*/schedule_version");
        await session.RunAsync("select /*schema*/unregister_worker($1)", worker);
    }

    [TestCase("alter table /*schema*/job add x int")]
    [TestCase("create table /*schema*/mine(a int)")]
    [TestCase("drop table /*schema*/job")]
    [TestCase("truncate /*schema*/ready")]
    [TestCase("select 1 from /*schema*/migration_lock for update")]
    [TestCase("select 1 from /*schema*/migration_lock")]
    [TestCase("select 1 from /*schema*/lease for update")]
    [TestCase("insert into /*schema*/migration values (99, 'x', 'x', 99)")]
    [TestCase("select nextval('/*schema*/ready_seq')")]
    [TestCase("select /*schema*/drop_jobs('job_202401010000_202401080000')")]
    [TestCase("create or replace function /*schema*/janitor() returns void language sql as $$ $$")]
    public Task Worker_is_refused(string sql) => AssertRefusedAsync(Worker, sql);

    [Test]
    public async Task No_role_writes_a_table_itself(
        [Values(Enqueue, Worker, View, Nobody)] string role)
    {
        foreach (var table in Tables)
        {
            await AssertRefusedAsync(role, $"delete from /*schema*/{table}");
            await AssertRefusedAsync(role, $"insert into /*schema*/{table} default values");
        }
    }

    [Test]
    public async Task Each_role_may_validate_the_schema(
        [Values(Enqueue, Worker, View)] string role)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(role));
        await new PgQueue.Schema.Migrator(_schema, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
            .ValidateAsync(source, CancellationToken.None);
    }

    [Test]
    public async Task Everybody_else_can_do_nothing_even_inside_the_schema()
    {
        await AssertRefusedAsync(Nobody, EnqueueOne.Replace("$1", "gen_random_uuid()", StringComparison.Ordinal));
        await AssertRefusedAsync(Nobody, "select from /*schema*/lane");
        await using var owner = await Session.OpenAsync(_database, _schema);
        Assert.That(await owner.ListAsync<string>("""
            select relname::text from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p')
              and has_table_privilege('public', oid, 'select, insert, update, delete, truncate, references, trigger')
            union all select proname::text from pg_proc where pronamespace = $1::regnamespace and has_function_privilege('public', oid, 'execute')
            """.Replace("$1", $"'{_schema.Value}'", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Every_function_is_granted_to_the_worker_or_is_for_the_owner_alone()
    {
        await using var owner = await Session.OpenAsync(_database, _schema);
        Assert.That(await FunctionsOfAsync(owner, Worker, granted: false), Is.EquivalentTo(["columns_of", "drop_attempts", "drop_jobs", "free_keys", "hold_keeper", "is_live", "lane_retention", "next_revision", "note_kept", "partitions", "route_of", "route_of_job", "sample_pages", "spread", "tell_waiters", "uuid_at", "is_paused", "move_in_rank", "move_in_time", "place_of", "take_ready", "add_columns"]));
        Assert.That(await FunctionsOfAsync(owner, Enqueue, granted: true), Is.EquivalentTo(["ensure_lane", "enqueue_job", "enqueue_jobs", "end_pending", "watch_jobs", "ended_jobs"]));
        Assert.That(await FunctionsOfAsync(owner, View, granted: true), Is.EquivalentTo(["sample_ready", "sample_scheduled", "sample_running"]));
    }

    [Test]
    public async Task Every_function_runs_as_its_owner_with_a_fixed_search_path()
    {
        await using var owner = await Session.OpenAsync(_database, _schema);
        Assert.That(await owner.ListAsync<string>($"""
            select proname::text from pg_proc where pronamespace = '{_schema.Value}'::regnamespace and prokind = 'f'
              and (not 'search_path=pg_catalog, pg_temp' = any(coalesce(proconfig, '{"{}"}')) or not prosecdef and provolatile <> 'i')
            """), Is.Empty);
    }

    private Task<List<string>> FunctionsOfAsync(Session owner, string role, bool granted) => owner.ListAsync<string>(
        $"select proname::text from pg_proc where pronamespace = '{_schema.Value}'::regnamespace and has_function_privilege($1, oid, 'execute') = $2",
        Login(role), granted);

    private ServiceProvider Services(string connectionString)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddPgQueue(o => (o.ConnectionString, o.Schema) = (connectionString, _schema.Value));
        return services.BuildServiceProvider();
    }

    private string Login(string role) => $"{_schema.Value}_{role}_login";

    private string ConnectionString(string role) =>
        new NpgsqlConnectionStringBuilder(_database) { Username = Login(role), Password = "test" }.ConnectionString;

    private Task<Session> AsAsync(string role) => Session.OpenAsync(ConnectionString(role), _schema);

    private async Task AssertRefusedAsync(string role, string sql)
    {
        await using var session = await AsAsync(role);
        Assert.That(() => session.RunAsync(sql), Throws.TypeOf<PostgresException>()
            .With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
    }
}
