using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Client;

[Parallelizable(ParallelScope.Children)]
internal sealed class EnqueueMiddlewareTests
{
    [Test]
    public async Task Middleware_runs_in_order_around_every_enqueue_and_may_change_jobs_and_sees_receipts()
    {
        var diary = new List<string>();
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.UseMiddleware<Outer>().UseMiddleware<Inner>(), services: s => s.AddSingleton(diary));
        var receipt = await host.Client.EnqueueAsync(new Work("a"));
        var job = await host.Client.GetAsync(receipt.JobId);
        Assert.That(diary, Is.EqualTo(new[] { "outer before 1", "inner before 1", "inner after Created", "outer after Created" }));
        Assert.That(job!.Headers, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "t" }));
    }

    [Test]
    public async Task Middleware_that_throws_or_does_not_go_on_stores_nothing([Values] bool throws)
    {
        await using var host = await TestHost.StartAsync(
            await TestDatabase.CreateMigratedAsync(), static q => q.UseMiddleware<Refuser>(), services: s => s.AddSingleton(throws ? "throw" : "forget"));
        Assert.That(async () => await host.Client.EnqueueAsync(new Work("a")), throws ? Throws.InstanceOf<IOException>() : Throws.InstanceOf<PgQueueException>());
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.Zero);
    }

    [Test]
    public async Task A_second_call_of_next_throws_and_stores_nothing_more()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.UseMiddleware<Twice>());
        Assert.That(async () => await host.Client.EnqueueAsync(new Work("a")), Throws.InvalidOperationException.With.Message.Contains("next twice"));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(1));
    }

    private sealed class Twice : IEnqueueMiddleware
    {
        public async Task InvokeAsync(EnqueueContext context, EnqueueDelegate next, CancellationToken cancellationToken)
        {
            await next(context, cancellationToken);
            await next(context, cancellationToken);
        }
    }

    private sealed class Outer(List<string> diary) : IEnqueueMiddleware
    {
        public async Task InvokeAsync(EnqueueContext context, EnqueueDelegate next, CancellationToken cancellationToken)
        {
            diary.Add($"outer before {context.Jobs.Count}");
            await next(context, cancellationToken);
            diary.Add($"outer after {context.Receipts[0].Outcome}");
        }
    }

    private sealed class Inner(List<string> diary) : IEnqueueMiddleware
    {
        public async Task InvokeAsync(EnqueueContext context, EnqueueDelegate next, CancellationToken cancellationToken)
        {
            diary.Add($"inner before {context.Jobs.Count}");
            context.Jobs[0] = context.Jobs[0] with
            {
                Options = new EnqueueOptions { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "t" } },
            };
            await next(context, cancellationToken);
            diary.Add($"inner after {context.Receipts[0].Outcome}");
        }
    }

    private sealed class Refuser(string how) : IEnqueueMiddleware
    {
        public Task InvokeAsync(EnqueueContext context, EnqueueDelegate next, CancellationToken cancellationToken) =>
            how == "throw" ? throw new IOException("refused") : Task.CompletedTask;
    }
}
