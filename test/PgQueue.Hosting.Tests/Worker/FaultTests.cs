using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PgQueue.Tests.Worker;

/// <summary>Middleware, constructors and disposal are part of the job: what they do wrong is its failure, never the worker's.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FaultTests
{
    [Test]
    public async Task Middleware_runs_in_order_of_registration_and_one_for_a_type_only_around_that_type()
    {
        var diary = new ConcurrentQueue<string>();
        await using var host = await StartAsync(
            q => q.OnWork((work, context, _) => Write(diary, $"{context.Type} {work.Name}")).On<Errand>((_, context, _) => Write(diary, context.Type))
                .UseMiddleware<First>().UseMiddleware<Only>("work").UseMiddleware<Last>("*"), diary);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Errand(1))).JobId, JobState.Succeeded);
        Assert.That(diary, Is.EqualTo(new[] { "First", "Only", "Last", "work a", "First", "Last", "errand" }));

        static Task Write(ConcurrentQueue<string> diary, string text)
        {
            diary.Enqueue(text);
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task Middleware_may_end_a_job_without_its_handler()
    {
        await using var host = await StartAsync(static q => q.OnWork(static (_, _, _) => throw new InvalidOperationException("it ran")).UseMiddleware<Canceller>());
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Cancelled);
        Assert.That(job.Attempts.Single().Error, Is.EqualTo("tenant is gone"));
    }

    [Test]
    public async Task A_handler_that_cannot_be_made_fails_its_job_and_no_other() =>
        await AssertFailsAsync(static q => q.AddHandler<Work, CannotBeMade>(), "no constructor today");

    [Test]
    public async Task Middleware_that_throws_fails_its_job_and_no_other() =>
        await AssertFailsAsync(static q => q.OnWork().UseMiddleware<Thrower>("work"), "middleware broke");

    [Test]
    public async Task A_dispose_that_throws_fails_its_job_and_no_other() =>
        await AssertFailsAsync(static q => q.AddHandler<Work, ThrowsAtDispose>(), "dispose broke");

    [Test]
    public async Task A_handler_that_returns_no_task_fails_its_job_and_no_other() =>
        await AssertFailsAsync(static q => q.OnWork(static (_, _, _) => null!), "NullReferenceException");

    [Test]
    public async Task A_token_callback_that_throws_harms_nobody()
    {
        await using var host = await StartAsync(static q => q.OnWork(static async (_, _, token) =>
        {
            token.Register(static () => throw new InvalidOperationException("callback broke"));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }));
        var options = new EnqueueOptions { Timeout = TimeSpan.FromMilliseconds(50), MaxAttempts = 1 };
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), options)).JobId, JobState.Failed);
        Assert.That(job.Attempts.Single().Error, Does.Contain("ran over its timeout"));
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("b"), options)).JobId, JobState.Failed);
    }

    [Test]
    public async Task A_logger_that_throws_stops_neither_jobs_nor_the_process()
    {
        await using var host = await StartAsync(
            static q => q.OnWork(static (work, _, token) => work.Name switch
            {
                "throw" => throw new IOException("broken"),
                "slow" => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token),
                _ => Task.CompletedTask,
            }), services: static s => s.AddLogging(l => l.AddProvider(new ThrowingLogger())));
        var options = new EnqueueOptions { MaxAttempts = 2, Timeout = TimeSpan.FromMilliseconds(50) };
        var bad = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 30).Select(i => new Work(i % 2 == 0 ? "throw" : "slow")), options);
        var good = (await host.Client.EnqueueAsync(new Work("well"))).JobId;
        foreach (var receipt in bad)
            await host.Client.UntilAsync(receipt.JobId, JobState.Failed);
        await host.Client.UntilAsync(good, JobState.Succeeded);
    }

    private static async Task AssertFailsAsync(Action<IPgQueueBuilder> add, string error)
    {
        await using var host = await StartAsync(q =>
        {
            add(q);
            q.On<Errand>(static (_, _, _) => Task.CompletedTask);
        });
        var receipts = await host.Client.EnqueueManyAsync(
            [new NewJob(new Errand(1)), new NewJob(new Work("a"), new EnqueueOptions { MaxAttempts = 2 }), new NewJob(new Errand(2))]);
        var job = await host.Client.UntilAsync(receipts[1].JobId, JobState.Failed);
        Assert.That(job.Attempts.Select(a => a.Error).ToList(), Has.Count.EqualTo(2).And.All.Contains(error));
        await host.Client.UntilAsync(receipts[0].JobId, JobState.Succeeded);
        await host.Client.UntilAsync(receipts[2].JobId, JobState.Succeeded);
    }

    private static Task<TestHost> StartAsync(
        Action<IPgQueueBuilder> add, ConcurrentQueue<string>? diary = null, Action<IServiceCollection>? services = null) =>
        Task.Run(async () => await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), add, services: s =>
        {
            s.AddSingleton(diary ?? []);
            services?.Invoke(s);
        }));

    private abstract class Writer(ConcurrentQueue<string> diary) : IJobMiddleware
    {
        public Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken)
        {
            diary.Enqueue(GetType().Name);
            return next(context, cancellationToken);
        }
    }

    private sealed class First(ConcurrentQueue<string> diary) : Writer(diary);

    private sealed class Only(ConcurrentQueue<string> diary) : Writer(diary);

    private sealed class Last(ConcurrentQueue<string> diary) : Writer(diary);

    private sealed class Canceller : IJobMiddleware
    {
        public Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken)
        {
            context.Cancel("tenant is gone");
            return Task.CompletedTask;
        }
    }

    private sealed class Thrower : IJobMiddleware
    {
        public async Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken)
        {
            await next(context, cancellationToken);
            throw new IOException("middleware broke");
        }
    }

    private abstract class Handler : IJobHandler<Work>
    {
        public Task HandleAsync(Work payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class CannotBeMade : Handler
    {
        public CannotBeMade() => throw new IOException("no constructor today");
    }

    private sealed class ThrowsAtDispose : Handler, IDisposable
    {
        public void Dispose() => throw new IOException("dispose broke");
    }
}
