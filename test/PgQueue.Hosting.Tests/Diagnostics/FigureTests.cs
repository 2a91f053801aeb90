using Microsoft.Extensions.DependencyInjection;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Diagnostics;

/// <summary>The meter's figures, and that their tags stay few.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FigureTests
{
    [Test]
    public async Task Jobs_are_counted_from_enqueue_to_outcome()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork(static (work, context, _) => work.Name switch
        {
            "fails" => throw new IOException(),
            "retries" when context.Attempt == 1 => throw new IOException(),
            _ => Task.CompletedTask,
        }));
        using var book = new FigureBook(host);
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 5).Select(n => new Work($"{n}")));
        await host.Client.EnqueueAsync(new Work("fails"), new EnqueueOptions { MaxAttempts = 2 });
        await host.Client.EnqueueAsync(new Work("retries"), new EnqueueOptions { DeduplicationKey = "r", Delay = TimeSpan.FromMilliseconds(300) });
        await host.Client.EnqueueAsync(new Work("retries"), new EnqueueOptions { DeduplicationKey = "r" });
        await Signals.UntilAsync(() => book.Sums("pgqueue.jobs.finished").Values.Sum() == 9, "nine outcomes");
        const string Work = "queue=default route=work";
        Assert.Multiple(() =>
        {
            Assert.That(book.Sums("pgqueue.jobs.enqueued"), Is.EquivalentTo(new Dictionary<string, double>
            {
                [$"job.outcome=created {Work}"] = 7, [$"job.outcome=existing {Work}"] = 1,
            }));
            Assert.That(book.Sums("pgqueue.jobs.started"), Is.EquivalentTo(new Dictionary<string, double> { [Work] = 9 }));
            Assert.That(book.Sums("pgqueue.jobs.finished"), Is.EquivalentTo(new Dictionary<string, double>
            {
                [$"job.outcome=succeeded {Work}"] = 6, [$"job.outcome=retried {Work}"] = 2, [$"job.outcome=failed {Work}"] = 1,
            }));
            Assert.That(book.Of("pgqueue.job.duration").Select(m => m.Tags).Distinct(), Is.EquivalentTo(book.Sums("pgqueue.jobs.finished").Keys));
            Assert.That(book.Of("pgqueue.job.duration"), Has.Count.EqualTo(9).And.All.Matches<(string, double Value, string)>(m => m.Value is >= 0 and < 30));
            Assert.That(book.Of("pgqueue.job.wait"), Has.Count.EqualTo(7).And.All.Matches<(string, double Value, string)>(m => m.Value is >= 0 and < 30), "first attempts");
            Assert.That(book.Of("pgqueue.claim.duration"), Is.Not.Empty);
            Assert.That(book.Sums("pgqueue.outcomes.refused"), Is.Empty);
        });
    }

    [Test]
    public async Task A_job_completed_in_its_transaction_has_succeeded()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, context, token) =>
        {
            await using var session = await Session.OpenAsync(database);
            await using var transaction = await session.Connection.BeginTransactionAsync(token);
            await context.CompleteInAsync(transaction, token);
            await transaction.CommitAsync(token);
        }));
        using var book = new FigureBook(host);
        await host.Client.EnqueueAsync(new Work("a"));
        await Signals.UntilAsync(() => book.Of("pgqueue.jobs.finished").Count > 0, "an outcome");
        Assert.That(book.Sums("pgqueue.jobs.finished").Single(), Is.EqualTo(KeyValuePair.Create("job.outcome=succeeded queue=default route=work", 1.0)));
    }

    [Test]
    public async Task Type_names_without_bound_are_one_tag_where_they_run_and_where_they_are_sent()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var worker = await TestHost.StartAsync(database, static q => q.On<Errand>(static (_, _, _) => Task.CompletedTask, "errand:*"));
        await using var producer = await TestHost.StartAsync(database);
        using var ran = new FigureBook(worker);
        using var sent = new FigureBook(producer);
        await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 300).Select(n => new NewJob(new Errand(n), new EnqueueOptions { Type = $"errand:{n}" })));
        await producer.Client.EnqueueManyAsync(Enumerable.Range(0, 120).Select(n => new NewJob(new Errand(n), new EnqueueOptions { Queue = $"tenant-{n}" })));
        await Signals.UntilAsync(() => ran.Sums("pgqueue.jobs.finished").Values.Sum() == 300, "300 outcomes");
        Assert.Multiple(() =>
        {
            Assert.That(ran.Sums("pgqueue.jobs.finished").Keys, Is.EqualTo(new[] { "job.outcome=succeeded queue=default route=errand:*" }));
            Assert.That(ran.Sums("pgqueue.jobs.started").Keys, Is.EqualTo(new[] { "queue=default route=errand:*" }));
            Assert.That(sent.Sums("pgqueue.jobs.enqueued")["job.outcome=created queue=default route=_OTHER"], Is.EqualTo(300));
            Assert.That(sent.Sums("pgqueue.jobs.enqueued"), Has.Count.EqualTo(101), "a hundred queues by name, the default among them, and the rest as one");
            Assert.That(sent.Sums("pgqueue.jobs.enqueued")["job.outcome=created queue=_OTHER route=errand"], Is.EqualTo(21));
        });
    }

    [Test]
    public async Task A_named_queue_says_its_name_and_the_unnamed_none()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, static q => q.OnWork(), services: s => s.AddPgQueue("second", o =>
        {
            o.ConnectionString = TestHost.Pooled(database);
            o.Schema = "second";
        }).AddHandler<Work, ScriptHandler<Work>>());
        using var book = new FigureBook(host);
        using var spans = new SpanBook(host, name: "second");
        await host.Client.EnqueueAsync(new Work("a"));
        await host.Services.GetRequiredKeyedService<IJobClient>("second").EnqueueAsync(new Work("b"));
        await Signals.UntilAsync(() => book.Sums("pgqueue.jobs.finished").Count == 2, "an outcome of each");
        await spans.UntilRunsAsync(1);
        Assert.Multiple(() =>
        {
            Assert.That(book.Sums("pgqueue.jobs.finished").Keys, Is.EquivalentTo(new[]
            {
                "job.outcome=succeeded queue=default route=work", "job.outcome=succeeded name=second queue=default route=work",
            }));
            Assert.That(spans.Sent.Concat(spans.Runs).Select(s => SpanBook.Tag(s, "pgqueue.name")), Is.EqualTo(new[] { "second", "second" }));
            Assert.That(book.Observe("pgqueue.jobs.running").Keys, Is.EquivalentTo(new[] { "queue=default", "name=second queue=default" }));
        });
    }

    [Test]
    public async Task Gauges_show_what_runs_and_waits_and_an_observation_waits_for_no_query()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var hold = Signals.New();
        await using var host = await TestHost.StartAsync(
            database, q => q.OnWork((_, _, _) => hold.Task), static o => o.Queues = new Dictionary<string, QueueOptions> { ["default"] = new() { Concurrency = 2 }, ["mail"] = new() });
        using var book = new FigureBook(host);
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 2).Select(n => new Work($"{n}")));
        await Signals.UntilAsync(() => book.Observe("pgqueue.jobs.running").GetValueOrDefault("queue=default") == 2, "both run");
        await host.Client.EnqueueAsync(new Work("later"), new EnqueueOptions { Queue = "mail", Delay = TimeSpan.FromHours(1) });
        await host.Client.EnqueueAsync(new Work("nobody's"), new EnqueueOptions { Queue = "orphaned" });
        await using var other = await TestHost.StartAsync(database, static q => q.On<Errand>(static (_, _, _) => Task.CompletedTask));
        using var fresh = new FigureBook(other);
        Assert.That(fresh.Observe("pgqueue.queue.depth"), Is.Empty, "the first observation only asks for a count");
        await Signals.UntilAsync(() => fresh.Observe("pgqueue.queue.depth").Count > 0, "a count");
        await Signals.UntilAsync(() => book.Observe("pgqueue.notifications.healthy").GetValueOrDefault("") == 1, "notifications arrive");
        Assert.Multiple(() =>
        {
            Assert.That(fresh.Observe("pgqueue.queue.depth"), Is.EquivalentTo(new Dictionary<string, double>
            {
                ["queue=default state=ready"] = 0, ["queue=default state=scheduled"] = 0, ["queue=mail state=ready"] = 0, ["queue=mail state=scheduled"] = 1,
                ["queue=orphaned state=ready"] = 1, ["queue=orphaned state=scheduled"] = 0,
            }));
            Assert.That(fresh.Observe("pgqueue.queue.oldest_age")["queue=orphaned"], Is.InRange(0.0001, 30));
            Assert.That(fresh.Observe("pgqueue.queue.oldest_age")["queue=mail"], Is.Zero);
            Assert.That(fresh.Observe("pgqueue.database.dead_rows")[""], Is.GreaterThanOrEqualTo(0));
            Assert.That(fresh.Observe("pgqueue.database.oldest_transaction")[""], Is.InRange(0, 60));
            Assert.That(book.Observe("pgqueue.jobs.running"), Is.EquivalentTo(new Dictionary<string, double> { ["queue=default"] = 2, ["queue=mail"] = 0 }));
        });
        hold.SetResult();
        await host.StopAsync();
        Assert.That(book.Observe("pgqueue.jobs.running"), Is.Empty, "the workers have ended");
    }

    [Test]
    public async Task A_lost_lease_shows_in_three_figures()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var (started, hold, runs) = (Signals.New(), Signals.New(), 0);
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, _, _) =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return;
            started.TrySetResult();
            await hold.Task;
        }), TestHost.ShortLease);
        using var book = new FigureBook(host);
        await host.Client.EnqueueAsync(new Work("a"));
        await Signals.Of(started, "the run");
        await TestDatabase.ExecuteAsync(database, "update pgqueue.worker set expires_at = clock_timestamp() - interval '1 hour'");
        await Signals.UntilAsync(() => book.Sums("pgqueue.jobs.rescued").Count > 0 && book.Sums("pgqueue.leases.lost").Count > 0, "lost and rescued");
        hold.SetResult();
        await Signals.UntilAsync(() => book.Sums("pgqueue.outcomes.refused").Count > 0 && book.Sums("pgqueue.jobs.finished").Count > 0, "refused, and run again");
        Assert.Multiple(() =>
        {
            Assert.That(book.Sums("pgqueue.leases.lost"), Is.EquivalentTo(new Dictionary<string, double> { [""] = 1 }));
            Assert.That(book.Sums("pgqueue.jobs.rescued"), Is.EquivalentTo(new Dictionary<string, double> { ["job.outcome=returned"] = 1 }));
            Assert.That(book.Sums("pgqueue.outcomes.refused"), Is.EquivalentTo(new Dictionary<string, double> { ["queue=default route=work"] = 1 }));
            Assert.That(book.Sums("pgqueue.jobs.finished").Keys, Is.EqualTo(new[] { "job.outcome=succeeded queue=default route=work" }));
        });
    }
}
