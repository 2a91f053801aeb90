using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Worker;

/// <summary>What a running job says about itself, as others see it.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ProgressTests
{
    [Test]
    public async Task The_last_value_of_a_flood_is_seen_while_the_job_runs_and_costs_a_statement_a_second()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        var (go, flooded) = (Signals.New(), Signals.New());
        await using var host = await TestHost.StartAsync(
            proxy.ConnectionString,
            q => q.OnWork(async (_, context, token) =>
            {
                for (var i = 1; i <= 200_000; i++)
                    await context.ReportProgressAsync(i / 400_000d, $"{i} of 400,000", token);
                flooded.TrySetResult();
                await go.Task.WaitAsync(token);
            }),
            Quiet);
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(flooded, "the flood");
        await Signals.UntilAsync(async () => (await host.Client.GetAsync(id))!.Progress is { Fraction: 0.5 }, () => Task.FromResult("not half done"));
        var job = (await host.Client.GetAsync(id))!;
        Assert.That((job.State, job.Progress!.Message), Is.EqualTo((JobState.Running, "200000 of 400,000")));
        Assert.That(job.Progress.At, Is.GreaterThanOrEqualTo(job.EnqueuedAt));
        go.SetResult();
        job = await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(job.Progress, Is.Null, "it has ended");
        await using var session = await Session.OpenAsync(database);
        var updates = await session.OneAsync<long>("select n_tup_ins + n_tup_upd from pg_stat_all_tables where schemaname = 'pgqueue' and relname = 'progress'");
        Assert.That(updates, Is.LessThan(60), "one a second at most, whatever was said");
    }

    [Test]
    public async Task All_jobs_of_a_process_share_one_statement()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var (go, started) = (Signals.New(), 0);
        await using var host = await TestHost.StartAsync(
            database,
            q => q.OnWork(async (_, context, token) =>
            {
                await context.ReportProgressAsync(0.25, cancellationToken: token);
                Interlocked.Increment(ref started);
                await go.Task.WaitAsync(token);
            }),
            o => o.Queues = new Dictionary<string, QueueOptions> { ["default"] = new() { Concurrency = 100 } });
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 100).Select(i => new Work($"{i}")));
        await using var session = await Session.OpenAsync(database);
        await Signals.UntilAsync(
            async () => await session.OneAsync<long>("select count(*) from /*schema*/progress where fraction = 0.25 and message is null") == 100, () => Task.FromResult($"{started} started"));
        Assert.That(await session.OneAsync<long>("select count(distinct xmin::text) from /*schema*/progress"), Is.LessThan(20));
        go.SetResult();
    }

    [Test]
    public async Task Progress_stays_with_a_job_that_waits_for_its_next_attempt()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var session = await Session.OpenAsync(database);
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, context, token) =>
        {
            await context.ReportProgressAsync(0.75, "nearly", token);
            await Signals.UntilAsync(async () => await session.OneAsync<long>("select count(*) from /*schema*/progress") == 1, () => Task.FromResult("unwritten"));
            context.RetryAfter(TimeSpan.FromHours(1));
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var job = await host.Client.UntilAsync(id, JobState.Scheduled);
        Assert.That((job.Progress!.Fraction, job.Progress.Message), Is.EqualTo((0.75, "nearly")));
        Assert.That(await host.Client.CancelAsync(id), Is.True);
        Assert.That((await host.Client.GetAsync(id))!.Progress, Is.Null);
        await session.RunAsync("select /*schema*/sweep_runs()");
        Assert.That(await session.OneAsync<long>("select count(*) from /*schema*/progress"), Is.Zero);
    }

    [Test]
    public async Task A_database_that_is_away_costs_the_handler_nothing_and_the_value_comes_later()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var proxy = new TcpProxy(database);
        var (cut, go, said) = (Signals.New(), Signals.New(), Signals.New());
        await using var host = await TestHost.StartAsync(proxy.ConnectionString, q => q.OnWork(async (_, context, token) =>
        {
            cut.TrySetResult();
            await go.Task.WaitAsync(token);
            await context.ReportProgressAsync(0.5, "while it was away", token);
            said.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.Of(cut, "the start");
        proxy.Refuse();
        go.SetResult();
        await Signals.Of(said, "the report");
        await Signals.UntilAsync(() => host.Log.Lines.Any(l => l.Contains("The loop progress failed", StringComparison.Ordinal)), "a failed write");
        proxy.Heal();
        await using var reader = await TestHost.StartAsync(database);
        await Signals.UntilAsync(async () => (await reader.Client.GetAsync(id))!.Progress is { Message: "while it was away" }, () => Task.FromResult("unwritten"));
        await host.Client.CancelAsync(id);
    }

    [TestCase(-0.01, null)]
    [TestCase(1.01, null)]
    [TestCase(double.NaN, null)]
    [TestCase(double.PositiveInfinity, null)]
    [TestCase(0.5, 201)]
    public async Task A_value_out_of_range_is_refused_by_name(double fraction, int? length)
    {
        var thrown = Signals.New<Exception>();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, context, token) =>
        {
            try
            {
                await context.ReportProgressAsync(fraction, length is { } l ? new string('x', l) : null, token);
                thrown.SetException(new InvalidOperationException("it was taken"));
            }
            catch (Exception e)
            {
                thrown.TrySetResult(e);
            }
        }));
        await host.Client.EnqueueAsync(new Work("a"));
        Assert.That(await Signals.Of(thrown, "the refusal"), Is.TypeOf<ArgumentOutOfRangeException>()
            .With.Property(nameof(ArgumentException.ParamName)).EqualTo(length is null ? "fraction" : "message"));
    }

    [Test]
    public async Task A_message_that_postgresql_cannot_hold_is_cleaned()
    {
        var go = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, context, token) =>
        {
            await context.ReportProgressAsync(1, "a\0b\ud800c", token);
            await go.Task.WaitAsync(token);
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.UntilAsync(async () => (await host.Client.GetAsync(id))!.Progress is not null, () => Task.FromResult("unwritten"));
        Assert.That((await host.Client.GetAsync(id))!.Progress!.Message, Is.EqualTo("a\ufffdb\ufffdc"));
        go.SetResult();
    }

    private static void Quiet(PgQueueOptions options) => options.Polling = new PollingOptions();
}
