using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PgQueue.Registration;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Worker;

/// <summary>What a handler logs, kept with its attempt.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CapturedLogTests
{
    [Test]
    public async Task Lines_are_kept_with_the_attempt_in_order_with_their_exceptions()
    {
        await using var host = await StartAsync((_, context, logger) =>
        {
            logger.LogInformation("attempt {Attempt}", context.Attempt);
            logger.LogDebug("too fine");
            if (context.Attempt > 1)
                return;
            logger.LogWarning(new IOException("disk\nfull"), "that went wrong");
            throw new InvalidOperationException("broken");
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var job = await host.Client.UntilAsync(id, JobState.Succeeded);
        var log = job.Attempts[0].Log;
        Assert.That(log.Select(l => (l.Level, l.Category, l.Message, l.Exception)), Is.EqualTo(new[]
        {
            (JobLogLevel.Information, "test.handler", "attempt 1", null),
            (JobLogLevel.Warning, "test.handler", "that went wrong", (string?)"System.IO.IOException: disk\nfull"),
        }));
        Assert.That(log[0].At, Is.GreaterThanOrEqualTo(job.EnqueuedAt.AddSeconds(-5)).And.LessThanOrEqualTo(log[1].At));
        Assert.That(job.Attempts[1].Log.Select(l => l.Message), Is.EqualTo(new[] { "attempt 2" }));
    }

    [Test]
    public async Task Lines_of_jobs_that_run_at_once_never_mix()
    {
        await using var host = await StartAsync(static async (work, _, logger) =>
        {
            for (var i = 0; i < 20; i++)
            {
                logger.LogInformation("{Name} line {Number}", work.Name, i);
                await Task.Yield();
                await Task.Run(() => logger.LogInformation("{Name} elsewhere", work.Name));
            }
        });
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 200).Select(i => new Work($"job-{i};")));
        for (var i = 0; i < receipts.Count; i++)
        {
            var log = (await host.Client.UntilAsync(receipts[i].JobId, JobState.Succeeded)).Attempts[0].Log;
            Assert.That(log, Has.Count.EqualTo(40));
            Assert.That(log.Select(l => l.Message), Has.All.StartsWith($"job-{i}; "));
        }
    }

    [TestCase(100, 10, 100, null)]
    [TestCase(101, 10, 100, "2 earlier lines were dropped")]
    [TestCase(5000, 10, 100, "4901 earlier lines were dropped")]
    public async Task The_last_hundred_lines_are_kept_and_how_many_went_is_said(int lines, int length, int kept, string? marker)
    {
        await using var host = await StartAsync((_, _, logger) =>
        {
            for (var i = 0; i < lines; i++)
                logger.LogInformation("{Text} {Number}", new string('x', length), i);
        });
        var log = (await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded)).Attempts[0].Log;
        Assert.That(log, Has.Count.EqualTo(kept));
        Assert.That(log[^1].Message, Does.EndWith($" {lines - 1}"));
        Assert.That(log[0].Message, marker is null ? Does.EndWith(" 0") : Is.EqualTo(marker));
    }

    [Test]
    public async Task Long_lines_are_cut_and_all_together_are_at_most_16_kibibytes([Values("x", "\u0001", "\"", "\ud83d\ude00", "\n")] string text)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await StartAsync(
            (_, _, logger) =>
            {
                for (var i = 0; i < 90; i++)
                    logger.LogError(new IOException(new string('e', 5000)), "{Number} {Text}", i, string.Concat(Enumerable.Repeat(text, 5000)));
            },
            database: database);
        var log = (await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded)).Attempts[0].Log;
        await using var session = await Session.OpenAsync(database);
        Assert.That(await session.OneAsync<int>("select octet_length(log::text) from /*schema*/attempt"), Is.LessThanOrEqualTo(16 * 1024).And.GreaterThan(4 * 1024));
        Assert.That(log[^1].Message, Does.StartWith("89 "));
        Assert.That(log[0].Message, Is.EqualTo($"{90 - (log.Count - 1)} earlier lines were dropped"));
        Assert.That(log.Skip(1).Select(l => Encoding.UTF8.GetByteCount(l.Message)), Has.All.LessThanOrEqualTo(2048));
        Assert.That(log.Skip(1).Select(l => Encoding.UTF8.GetByteCount(l.Exception!)), Has.All.LessThanOrEqualTo(1024));
    }

    [Test]
    public async Task Text_that_postgresql_cannot_hold_is_cleaned_and_a_line_that_cannot_be_written_says_so()
    {
        await using var host = await StartAsync(static (_, _, logger) =>
        {
            logger.LogInformation("a\0b\ud800c\u001b[31md");
            try
            {
                logger.Log(LogLevel.Information, default, 0, null, static (_, _) => throw new FormatException("secret"));
            }
            catch (AggregateException)
            {
                // another provider's
            }
        });
        var log = (await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded)).Attempts[0].Log;
        Assert.That(log[0].Message, Is.EqualTo("a\ufffdb\ufffdcd"));
        Assert.That(log[1].Message, Is.EqualTo("(its message cannot be written: System.FormatException)"));
    }

    [Test]
    public async Task What_outlives_the_attempt_goes_nowhere()
    {
        var (go, logged) = (Signals.New(), Signals.New());
        Task? outliving = null;
        await using var host = await StartAsync((work, _, logger) =>
        {
            logger.LogInformation("{Name} runs", work.Name);
            if (work.Name == "first")
            {
                outliving = Task.Run(async () =>
                {
                    await go.Task;
                    logger.LogInformation("first goes on");
                    logged.SetResult();
                });
            }
            else
            {
                go.TrySetResult();
                logged.Task.Wait(Signals.Patience);
            }
        });
        var first = (await host.Client.EnqueueAsync(new Work("first"))).JobId;
        await host.Client.UntilAsync(first, JobState.Succeeded);
        var second = (await host.Client.EnqueueAsync(new Work("second"))).JobId;
        Assert.That((await host.Client.UntilAsync(second, JobState.Succeeded)).Attempts[0].Log.Select(l => l.Message), Is.EqualTo(new[] { "second runs" }));
        Assert.That((await host.Client.GetAsync(first))!.Attempts[0].Log.Select(l => l.Message), Is.EqualTo(new[] { "first runs" }));
        await outliving!;
    }

    [Test]
    public async Task Handler_beats_queue_and_queue_beats_the_global_level()
    {
        static PgQueueOptions Of(JobLogLevel all, JobLogLevel? queue) => new()
        {
            CaptureLogs = all, Queues = new Dictionary<string, QueueOptions> { ["default"] = new() { CaptureLogs = queue } },
        };

        async Task<string> SeenAsync(JobLogLevel all, JobLogLevel? queue, JobLogLevel? handler)
        {
            await using var host = await StartAsync(
                static (_, _, logger) =>
                {
                    logger.LogInformation("i");
                    logger.LogError("e");
                },
                o => (o.CaptureLogs, o.Queues) = (Of(all, queue).CaptureLogs, Of(all, queue).Queues),
                h => h.CaptureLogs = handler);
            return string.Concat((await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded)).Attempts[0].Log.Select(l => l.Message));
        }

        Assert.That(await SeenAsync(JobLogLevel.Information, null, null), Is.EqualTo("ie"));
        Assert.That(await SeenAsync(JobLogLevel.Information, JobLogLevel.Error, null), Is.EqualTo("e"));
        Assert.That(await SeenAsync(JobLogLevel.Information, JobLogLevel.Error, JobLogLevel.None), Is.Empty);
        Assert.That(await SeenAsync(JobLogLevel.None, null, JobLogLevel.Error), Is.EqualTo("e"));
    }

    [Test]
    public async Task Lines_go_with_a_completion_in_the_handlers_transaction_up_to_there()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await StartAsync(
            async (_, context, logger) =>
            {
                await using var connection = new Npgsql.NpgsqlConnection(database);
                await connection.OpenAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                logger.LogInformation("before");
                await context.CompleteInAsync(transaction);
                logger.LogInformation("after");
                await transaction.CommitAsync();
            },
            database: database);
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(job.Attempts.Single().Log.Select(l => l.Message), Is.EqualTo(new[] { "before" }));
    }

    [Test]
    public async Task Without_the_option_nothing_is_registered_and_nothing_kept()
    {
        await using var host = await StartAsync(static (_, _, logger) => logger.LogCritical("unheard"), static o => o.CaptureLogs = JobLogLevel.None);
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(job.Attempts[0].Log, Is.Empty);
        Assert.That(host.Services.GetRequiredKeyedService<QueueServices>("").Capture, Is.Null);
    }

    [Test]
    public async Task Lines_that_somebody_else_has_spoilt_count_as_none()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await StartAsync(static (_, _, logger) => logger.LogInformation("a"), database: database);
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await host.Client.UntilAsync(id, JobState.Succeeded);
        foreach (var log in new[] { "1", "[1]", "[{}]", """[{"t":"x","l":2,"c":"","m":""}]""", """[{"t":"2026-01-01T00:00:00Z","l":"2","c":"","m":""}]""" })
        {
            await TestDatabase.ExecuteAsync(database, $"update pgqueue.attempt set log = '{log}'");
            Assert.That((await host.Client.GetAsync(id))!.Attempts[0].Log, Is.Empty, log);
        }
    }

    private static Task<TestHost> StartAsync(
        Action<Work, JobContext, ILogger> run, Action<PgQueueOptions>? options = null, Action<HandlerOptions>? handler = null, string? database = null) => StartAsync(
            (work, context, logger) =>
            {
                run(work, context, logger);
                return Task.CompletedTask;
            },
            options, handler, database);

    private static async Task<TestHost> StartAsync(
        Func<Work, JobContext, ILogger, Task> run, Action<PgQueueOptions>? options = null, Action<HandlerOptions>? handler = null, string? database = null) =>
        await TestHost.StartAsync(
            database ?? await TestDatabase.CreateMigratedAsync(),
            q => q.OnWork((work, context, _) => run(work, context, context.Services.GetRequiredService<ILoggerFactory>().CreateLogger("test.handler")), handler),
            o =>
            {
                o.CaptureLogs = JobLogLevel.Information;
                options?.Invoke(o);
            });
}
