using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Client;

/// <summary>Waiting for the end of a job.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class WaitTests
{
    [TestCase("discard", JobState.Failed, "of no use")]
    [TestCase("cancel", JobState.Cancelled, "not wanted")]
    [TestCase("throw", JobState.Failed, "System.IO.IOException: broken")]
    [TestCase("return", JobState.Succeeded, null)]
    public async Task Every_end_ends_the_wait(string what, JobState state, string? error)
    {
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(),
            static q => q.OnWork(static (work, context, _) =>
            {
                if (work.Name == "discard")
                    context.Discard("of no use");
                if (work.Name == "cancel")
                    context.Cancel("not wanted");
                return work.Name == "throw" ? throw new IOException("broken") : Task.CompletedTask;
            }));
        var id = (await host.Client.EnqueueAsync(new Work(what), new EnqueueOptions { MaxAttempts = 2 })).JobId;
        Assert.That(await host.Client.WaitForEndAsync(id, Signals.Patience), Is.EqualTo(state));
        var thrown = (await Assert.ThrowsAsync<JobResultException>(() => host.Client.WaitForResultAsync<int>(id, Signals.Patience)))!;
        Assert.That((thrown.JobId, thrown.State), Is.EqualTo((id, (JobState?)state)));
        Assert.That(thrown.Error?.Split('\n')[0], Is.EqualTo(error));
        if (error is not null)
            Assert.That(thrown.Message, Does.EndWith(error));
    }

    [Test]
    public async Task A_job_that_is_cancelled_or_replaced_before_it_started_ends_the_wait_in_another_process()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var one = await TestHost.StartAsync(database);
        await using var other = await TestHost.StartAsync(database);
        var later = new EnqueueOptions { Delay = TimeSpan.FromHours(1), DeduplicationKey = "k", OnDuplicate = DuplicateAction.Replace };
        var replaced = (await one.Client.EnqueueAsync(new Work("a"), later)).JobId;
        var waits = other.Client.WaitForEndAsync(replaced, Signals.Patience);
        var cancelled = (await one.Client.EnqueueAsync(new Work("b"), later)).JobId;
        Assert.That(await waits, Is.EqualTo(JobState.Superseded));
        waits = other.Client.WaitForEndAsync(cancelled, Signals.Patience);
        await one.Client.CancelAsync(cancelled);
        Assert.That(await waits, Is.EqualTo(JobState.Cancelled));
    }

    [Test]
    public async Task A_job_that_killed_its_worker_ends_the_wait()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        var id = (await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 1 })).JobId;
        await using var session = await Session.OpenAsync(database);
        var dead = Guid.CreateVersion7();
        await session.RunAsync("select /*schema*/register_worker($1, 0.001, 'h', 1, 'v', '{default}')", dead);
        await session.RunAsync("select /*schema*/claim_jobs($1, '{1}', '{0}', 10)", dead);
        var wait = producer.Client.WaitForEndAsync(id, Signals.Patience);
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork());
        Assert.That(await wait, Is.EqualTo(JobState.Failed));
    }

    [Test]
    public async Task There_is_no_such_job_and_none_of_an_open_transaction()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        foreach (var timeout in new[] { TimeSpan.Zero, Signals.Patience })
        {
            var thrown = (await Assert.ThrowsAsync<JobResultException>(() => host.Client.WaitForEndAsync(Guid.CreateVersion7(), timeout)))!;
            Assert.That((thrown.State, thrown.Message.StartsWith("There is no job", StringComparison.Ordinal)), Is.EqualTo(((JobState?)null, true)));
        }

        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var client = host.Client.In(transaction);
        var id = (await client.EnqueueAsync(new Work("a"))).JobId;
        await Assert.ThrowsAsync<JobResultException>(() => client.WaitForEndAsync(id, Signals.Patience));
        await transaction.CommitAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => client.WaitForEndAsync(id, TimeSpan.Zero));
    }

    [Test]
    public async Task A_wait_of_zero_looks_once_and_leaves_nothing_behind()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(static (_, context, _) =>
        {
            context.SetResult(1);
            return Task.CompletedTask;
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(await host.Client.WaitForResultAsync<int>(id, TimeSpan.Zero), Is.EqualTo(1));
        var later = (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        await Assert.ThrowsAsync<TimeoutException>(() => host.Client.WaitForEndAsync(later, TimeSpan.Zero));
        await Assert.ThrowsAsync<TimeoutException>(() => host.Client.WaitForEndAsync(later, TimeSpan.FromMilliseconds(50)));
        using var source = new CancellationTokenSource();
        var wait = host.Client.WaitForEndAsync(later, Timeout.InfiniteTimeSpan, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), () => wait);
        await using var session = await Session.OpenAsync(database);
        await Signals.UntilAsync(async () => await session.OneAsync<long>("select count(*) from /*schema*/waiter") == 0, () => Task.FromResult("rows are left"));
    }

    [TestCase(-2)]
    [TestCase(21 * 86_400_000L)]
    public async Task A_timeout_out_of_range_is_refused_by_name(long milliseconds)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Assert.That(
            () => host.Client.WaitForEndAsync(Guid.CreateVersion7(), TimeSpan.FromMilliseconds(milliseconds)),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo("timeout"));
    }

    [Test]
    public async Task A_thousand_waits_of_one_process_without_workers_cost_a_handful_of_requests([Values] NotificationMode mode)
    {
        const int Count = 1000;
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        await using var producer = await TestHost.StartAsync(proxy.ConnectionString, options: o => o.Notifications = mode);
        var receipts = await producer.Client.EnqueueManyAsync(Enumerable.Range(0, Count).Select(i => new Work($"{i}")));
        var before = proxy.Requests;
        var started = TimeProvider.System.GetTimestamp();
        var waits = receipts.Select(r => producer.Client.WaitForResultAsync<string>(r.JobId, Signals.Patience)).ToArray();
        await using var session = await Session.OpenAsync(database);
        await Signals.UntilAsync(async () => await session.OneAsync<long>("select count(*) from /*schema*/waiter") == Count, () => Task.FromResult("not registered"));
        await using (var host = await TestHost.StartAsync(database, static q => q.OnWork(static (work, context, _) =>
        {
            context.SetResult("of " + work.Name);
            return Task.CompletedTask;
        })))
        {
            Assert.That(await Task.WhenAll(waits), Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"of {i}")));
        }

        var (requests, took) = (proxy.Requests - before, TimeProvider.System.GetElapsedTime(started));
        TestContext.Out.WriteLine($"{Count} waits: {requests} requests in {took.TotalSeconds:F1} s");
        Assert.That(requests, Is.LessThan(60 + (10 * took.TotalSeconds)));
        await Signals.UntilAsync(async () => await session.OneAsync<long>("select count(*) from /*schema*/waiter") == 0, () => Task.FromResult("rows are left"));
        await Signals.UntilAsync(
            async () => await session.OneAsync<bool>("select exists(select from pg_stat_activity where datname = current_database() and query ilike 'listen%')") == (mode == NotificationMode.Auto),
            () => Task.FromResult("listening or not"));
    }

    [Test]
    public async Task A_notification_ends_the_wait_and_only_jobs_with_waiters_have_one()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork());
        await Signals.UntilAsync(() => host.Log.Count(602) > 0, "notifications arrive");
        await using var ear = new Npgsql.NpgsqlConnection(database);
        await ear.OpenAsync();
        var heard = new List<string>();
        ear.Notification += (_, e) => heard.Add(e.Payload);
        await using var session = await Session.OpenAsync(database);
        await using (var listen = ear.CreateCommand())
        {
            listen.CommandText = $"listen {await session.OneAsync<string>("select channel from /*schema*/meta")}";
            await listen.ExecuteNonQueryAsync();
        }

        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("nobody waits"))).JobId, JobState.Succeeded);
        var id = (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromSeconds(1) })).JobId;
        var wait = host.Client.WaitForEndAsync(id, Signals.Patience);
        while (!heard.Contains("=" + id))
            Assert.That(await ear.WaitAsync(Signals.Patience), Is.True);
        Assert.That(await wait, Is.EqualTo(JobState.Succeeded));
        Assert.That(heard.Where(p => p.StartsWith('=')), Is.EqualTo(new[] { "=" + id }));
    }

    [Test]
    public async Task A_wait_outlives_its_listener_and_a_truncated_table()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var producer = await TestHost.StartAsync(database);
        var ids = (await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 2).Select(i => new Work($"{i}")), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).Select(r => r.JobId).ToArray();
        var waits = ids.Select(id => producer.Client.WaitForEndAsync(id, Signals.Patience)).ToArray();
        await Signals.UntilAsync(() => producer.Log.Count(602) == 1, "it listens");
        await using var session = await Session.OpenAsync(database);
        await session.RunAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%'");
        await producer.Client.CancelAsync(ids[0]);
        Assert.That(await waits[0], Is.EqualTo(JobState.Cancelled));
        await Signals.UntilAsync(() => producer.Log.Count(602) == 2, "it listens again");
        // as after a crash of the server
        await session.RunAsync("truncate /*schema*/waiter");
        await producer.Client.CancelAsync(ids[1]);
        Assert.That(await waits[1], Is.EqualTo(JobState.Cancelled));
    }

    [Test]
    public async Task A_wait_across_an_outage_ends_and_one_during_it_says_why_it_did_not()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        await using var producer = await TestHost.StartAsync(proxy.ConnectionString);
        await using var other = await TestHost.StartAsync(database);
        var id = (await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
        var wait = producer.Client.WaitForEndAsync(id, Signals.Patience);
        await using var session = await Session.OpenAsync(database);
        await Signals.UntilAsync(async () => await session.OneAsync<long>("select count(*) from /*schema*/waiter") == 1, () => Task.FromResult("not registered"));
        proxy.Refuse();
        await Signals.UntilAsync(() => producer.Log.Lines.Any(l => l.Contains("The loop waits failed", StringComparison.Ordinal)), "a failed look");
        var timedOut = (await Assert.ThrowsAsync<TimeoutException>(() => producer.Client.WaitForEndAsync(id, TimeSpan.FromMilliseconds(100))))!;
        Assert.That(timedOut.InnerException, Is.Not.Null);
        await other.Client.CancelAsync(id);
        proxy.Heal();
        Assert.That(await wait, Is.EqualTo(JobState.Cancelled));
    }

    [Test]
    public async Task A_process_that_stops_ends_its_waits_and_takes_its_rows_back()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var session = await Session.OpenAsync(database);
        Task<JobState> wait;
        await using (var producer = await TestHost.StartAsync(database))
        {
            var id = (await producer.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Delay = TimeSpan.FromHours(1) })).JobId;
            wait = producer.Client.WaitForEndAsync(id, Timeout.InfiniteTimeSpan);
            await Signals.UntilAsync(async () => await session.OneAsync<long>("select count(*) from /*schema*/waiter") == 1, () => Task.FromResult("not registered"));
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/waiter"), Is.Zero);
    }

    [Test]
    public async Task A_database_without_the_queue_is_said_at_once()
    {
        await using var host = TestHost.Build(await TestDatabase.CreateAsync(), options: static o => o.Migrate = MigrateMode.Off);
        await Assert.ThrowsAsync(Is.InstanceOf<PgQueueException>(), () => host.Client.WaitForEndAsync(Guid.CreateVersion7(), Signals.Patience));
    }
}
