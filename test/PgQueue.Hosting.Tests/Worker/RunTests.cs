using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Worker;

[Parallelizable(ParallelScope.Children)]
internal sealed class RunTests
{
    [Test]
    public async Task Every_job_has_a_scope_of_its_own_that_is_disposed_when_it_ends()
    {
        const int Jobs = 200;
        var ledger = new Ledger();
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.AddHandler<Work, ScopedHandler>(), services: s => s.AddSingleton(ledger).AddScoped<Scoped>());
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, Jobs).Select(i => new Work(i % 10 == 0 ? "throw" : "well")), new EnqueueOptions { MaxAttempts = 1 });
        foreach (var receipt in receipts)
            await Signals.UntilAsync(async () => (await host.Client.GetAsync(receipt.JobId))!.FinishedAt is not null, () => Task.FromResult("unfinished"));
        Assert.Multiple(() =>
        {
            Assert.That(ledger.Made, Is.EqualTo(Jobs), "one scoped service a job, shared by all who ask for it within the job");
            Assert.That(ledger.Disposed, Is.EqualTo(Jobs), "also of the jobs that threw");
        });
    }

    [Test]
    public async Task The_context_tells_the_facts()
    {
        var seen = Signals.New<(JobContext Context, Work Work)>();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork((work, context, _) =>
        {
            if (context.Attempt == 1)
                throw new IOException("first");
            seen.TrySetResult((context, work));
            return Task.CompletedTask;
        }));
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["culture"] = "tr-TR", ["text"] = "\"é😀\n" };
        var id = (await host.Client.EnqueueAsync(new Work("ünï"), new EnqueueOptions
        {
            Headers = headers, Priority = 7, MaxAttempts = 3, Delay = TimeSpan.FromMilliseconds(50),
        })).JobId;
        var (context, work) = await Signals.Of(seen, "the second attempt");
        var job = await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.Multiple(() =>
        {
            Assert.That((context.JobId, context.Type, context.Queue, context.Priority, context.Attempt, context.MaxAttempts), Is.EqualTo((id, "work", "default", 7, 2, 3)));
            Assert.That(context.Headers, Is.EquivalentTo(headers));
            Assert.That(context.Payload, Is.SameAs(work));
            Assert.That(work.Name, Is.EqualTo("ünï"));
            Assert.That(context.EnqueuedAt, Is.EqualTo(job.EnqueuedAt));
            Assert.That(context.ScheduledFor - context.EnqueuedAt, Is.EqualTo(TimeSpan.FromMilliseconds(50)).Within(TimeSpan.FromSeconds(1)));
            Assert.That(context.Token, Is.EqualTo(job.Attempts[1].Token).And.GreaterThan(job.Attempts[0].Token), "the fencing token rises");
            Assert.That(job.Attempts.Select(a => (a.Number, a.Outcome)), Is.EqualTo(new[] { (1, AttemptOutcome.Retried), (2, AttemptOutcome.Succeeded) }));
            Assert.That(job.Attempts, Has.All.Property("StartedAt").Not.Null.And.All.Property("WorkerId").Not.Null);
        });
    }

    [Test]
    public async Task Concurrency_is_reached_and_never_exceeded([Values(1, 5)] int limit)
    {
        var (now, most, done) = (0, 0, 0);
        var full = Signals.New();
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(async (_, _, _) =>
        {
            var present = Interlocked.Increment(ref now);
            lock (full)
                most = Math.Max(most, present);
            if (present >= limit)
                full.TrySetResult();
            await full.Task;
            await Task.Yield();
            Interlocked.Decrement(ref now);
            Interlocked.Increment(ref done);
        }), o => o.Queues = Queues(("default", limit)));
        await host.Client.EnqueueManyAsync(Enumerable.Range(0, 300).Select(i => new Work($"{i}")));
        await Signals.UntilAsync(() => Volatile.Read(ref done) == 300, "300 done");
        Assert.That(most, Is.EqualTo(limit));
    }

    [Test]
    public async Task Queues_have_their_own_limits_and_do_not_hold_each_other_up()
    {
        var go = Signals.New();
        var quick = Signals.New();
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), q => q.On<Work>((_, _, _) => go.Task).On<Errand>((_, context, _) =>
            {
                if (context.Queue == "quick")
                    quick.TrySetResult();
                return Task.CompletedTask;
            }), o => o.Queues = Queues(("slow", 1), ("quick", 2)));
        var slow = await host.Client.EnqueueManyAsync([new Work("a"), new Work("b")], new EnqueueOptions { Queue = "slow" });
        await host.Client.UntilAsync(slow[0].JobId, JobState.Running);
        await host.Client.EnqueueAsync(new Errand(1), new EnqueueOptions { Queue = "quick" });
        var nobodys = await host.Client.EnqueueAsync(new Errand(2), new EnqueueOptions { Queue = "unserved" });
        await Signals.Of(quick, "the quick queue's job");
        // what was claimed with no room for it is handed back within a second
        await host.Client.UntilAsync(slow[1].JobId, JobState.Ready);
        go.SetResult();
        await host.Client.UntilAsync(slow[1].JobId, JobState.Succeeded);
        Assert.That((await host.Client.GetAsync(nobodys.JobId))!.State, Is.EqualTo(JobState.Ready));
    }

    [Test]
    public async Task A_higher_priority_always_runs_first()
    {
        var order = new ConcurrentQueue<int>();
        var database = await TestDatabase.CreateMigratedAsync();
        int[] priorities = [0, -100, 10, 100, -10, 55, 0, 100];
        await using (var producer = await TestHost.StartAsync(database))
            await producer.Client.EnqueueManyAsync(priorities.Select((p, i) => new NewJob(new Errand(i), new EnqueueOptions { Priority = p })));
        await using var host = await TestHost.StartAsync(database, q => q.On<Errand>((_, context, _) =>
        {
            order.Enqueue(context.Priority);
            return Task.CompletedTask;
        }), o => o.Queues = Queues(("default", 1)));
        await Signals.UntilAsync(() => order.Count == priorities.Length, "all ran");
        Assert.That(order, Is.EqualTo(priorities.OrderDescending()));
    }

    [Test]
    public async Task The_exact_route_beats_a_prefix_and_the_longest_prefix_wins()
    {
        var ran = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q
                .AddHandler<Work, Named<One>>("clean:*").AddHandler<Work, Named<Two>>("clean:db:*").AddHandler<Work, Named<Three>>("clean:db:old").AddHandler<Work, Named<Four>>("*"),
            services: s => s.AddSingleton(ran));
        foreach (var type in new[] { "clean:a", "clean:db:new", "clean:db:old", "clean:db:older", "else", "clean" })
            await host.Client.EnqueueAsync(new Work(type), new EnqueueOptions { Type = type });
        await Signals.UntilAsync(() => ran.Count == 6, "all ran");
        Assert.That(ran, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["clean:a"] = "One", ["clean:db:new"] = "Two", ["clean:db:old"] = "Three", ["clean:db:older"] = "Two", ["else"] = "Four", ["clean"] = "Four",
        }));
    }

    [Test]
    public async Task Handlers_of_an_assembly_and_aliases_of_a_payload_are_found()
    {
        var ran = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.AddHandler<Renamed, RenamedHandler>(), services: s => s.AddSingleton(ran));
        await host.Client.EnqueueAsync(new Renamed(), new EnqueueOptions { Type = "old-name" });
        await host.Client.EnqueueAsync(new Renamed());
        await Signals.UntilAsync(() => ran.Count == 2, "both ran");
        Assert.That(ran.Keys, Is.EquivalentTo(new[] { "old-name", "new-name" }));
    }

    private static Dictionary<string, QueueOptions> Queues(params (string Name, int Concurrency)[] queues) =>
        queues.ToDictionary(q => q.Name, q => new QueueOptions { Concurrency = q.Concurrency }, StringComparer.Ordinal);

    private sealed class Ledger
    {
        private int _made;
        private int _disposed;

        public int Made => _made;

        public int Disposed => _disposed;

        public void Make() => Interlocked.Increment(ref _made);

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    private sealed class Scoped : IAsyncDisposable
    {
        private readonly Ledger _ledger;

        public Scoped(Ledger ledger) => (_ledger = ledger).Make();

        public ValueTask DisposeAsync()
        {
            _ledger.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class ScopedHandler(Scoped scoped) : IJobHandler<Work>
    {
        public Task HandleAsync(Work payload, JobContext context, CancellationToken cancellationToken)
        {
            if (!ReferenceEquals(scoped, context.Services.GetRequiredService<Scoped>()))
                throw new InvalidOperationException("two scopes");
            return payload.Name == "throw" ? throw new IOException("as told") : Task.CompletedTask;
        }
    }

    [JobType("new-name", Aliases = ["old-name"])]
    private sealed record Renamed;

    private sealed class RenamedHandler(ConcurrentDictionary<string, string> ran) : IJobHandler<Renamed>
    {
        public Task HandleAsync(Renamed payload, JobContext context, CancellationToken cancellationToken)
        {
            ran[context.Type] = "";
            return Task.CompletedTask;
        }
    }

    private sealed class Named<TName>(ConcurrentDictionary<string, string> ran) : IJobHandler<Work>
    {
        public Task HandleAsync(Work payload, JobContext context, CancellationToken cancellationToken)
        {
            ran[context.Type] = typeof(TName).Name;
            return Task.CompletedTask;
        }
    }

    private sealed class One;

    private sealed class Two;

    private sealed class Three;

    private sealed class Four;
}
