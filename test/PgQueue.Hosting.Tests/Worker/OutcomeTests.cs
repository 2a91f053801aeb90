namespace PgQueue.Tests.Worker;

/// <summary>What a handler, its surroundings or the clock do to a job, and what is kept of it.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class OutcomeTests
{
    private const string Half = "a\ud800b";

    [Test]
    public async Task A_failure_is_retried_after_a_delay_within_the_backoffs_band()
    {
        await using var host = await StartAsync(static (_, _, _) => throw new IOException("broken"), static o =>
        {
            o.Retry.BaseDelay = TimeSpan.FromMinutes(1);
            o.Retry.MaxDelay = TimeSpan.FromHours(1);
        });
        var job = await host.Client.UntilAttemptsAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, 1);
        Assert.Multiple(() =>
        {
            Assert.That((job.State, job.Attempt), Is.EqualTo((JobState.Scheduled, 1)));
            Assert.That(job.ScheduledFor - job.Attempts[0].FinishedAt, Is.InRange(TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(121)), "half of two minutes to two minutes");
            Assert.That(job.Attempts[0].Error, Does.Contain("System.IO.IOException: broken").And.Contain(nameof(OutcomeTests)));
            Assert.That(host.Log.Count(301), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Out_of_attempts_a_job_is_failed_and_kept_with_its_last_errors()
    {
        await using var host = await StartAsync(static (_, context, _) => throw new IOException($"broken {context.Attempt}"));
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 3 })).JobId, JobState.Failed);
        Assert.Multiple(() =>
        {
            Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Retried, AttemptOutcome.Retried, AttemptOutcome.Failed }));
            Assert.That(job.Attempts.Select(a => a.Error!.Split('\n')[0]), Is.EqualTo(new[] { 1, 2, 3 }.Select(n => $"System.IO.IOException: broken {n}")));
            Assert.That((job.Attempt, job.FinishedAt is null, job.ScheduledFor), Is.EqualTo((3, false, (DateTimeOffset?)null)));
            Assert.That(host.Log.Count(302), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_log_names_the_exceptions_class_and_holds_its_message_only_on_demand([Values] bool logExceptions)
    {
        await using var host = await StartAsync(static (_, _, _) => throw new IOException("s3cret"), o => o.LogExceptions = logExceptions);
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 2 })).JobId, JobState.Failed);
        var (retried, failed) = (host.Log.Lines.Single(l => l.Contains(" 301 ", StringComparison.Ordinal)), host.Log.Lines.Single(l => l.Contains(" 302 ", StringComparison.Ordinal)));
        Assert.That(retried, Does.Contain("failed attempt 1 of 2: IOException; next attempt in "));
        Assert.That(failed, Does.Contain("attempts failed: IOException"));
        Assert.That(new[] { retried, failed }, logExceptions ? Has.All.Contains("s3cret") : Has.None.Contains("s3cret"));
    }

    [Test]
    public async Task Retry_rules_of_handler_and_exception_decide_before_the_backoff()
    {
        await using var host = await StartAsync(
            static (work, _, _) => throw (work.Name == "never" ? new ArgumentException("no use") : new IOException("broken")), handler: static o =>
            {
                o.Retry = new RetryOptions { BaseDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1), Jitter = Jitter.None, MaxAttempts = 9 };
                o.Retry.NeverOn<ArgumentException>();
            });
        var never = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("never"))).JobId, JobState.Failed);
        var later = await host.Client.UntilAttemptsAsync((await host.Client.EnqueueAsync(new Work("later"))).JobId, 1);
        Assert.That((never.Attempt, never.MaxAttempts), Is.EqualTo((1, 9)));
        Assert.That(later.ScheduledFor - later.Attempts[0].FinishedAt, Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task A_handler_may_choose_the_delay_of_its_retry([Values] bool throws)
    {
        await using var host = await StartAsync((_, context, _) =>
        {
            context.RetryAfter(TimeSpan.FromHours(2), "rate limit");
            return throws ? throw new IOException("broken") : Task.CompletedTask;
        });
        var job = await host.Client.UntilAttemptsAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, 1);
        Assert.That((job.State, job.Attempt, job.Attempts[0].Outcome), Is.EqualTo((JobState.Scheduled, 1, AttemptOutcome.Retried)));
        Assert.That(job.ScheduledFor - job.Attempts[0].FinishedAt, Is.EqualTo(TimeSpan.FromHours(2)).Within(TimeSpan.FromSeconds(1)));
        Assert.That(job.Attempts[0].Error, throws ? Does.StartWith("rate limit\nSystem.IO.IOException: broken") : Is.EqualTo("rate limit"));
    }

    [Test]
    public async Task Asking_for_a_retry_at_the_last_attempt_fails_the_job()
    {
        await using var host = await StartAsync(static (_, context, _) =>
        {
            context.RetryAfter(TimeSpan.Zero, "again");
            return Task.CompletedTask;
        });
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 2 })).JobId, JobState.Failed);
        Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Retried, AttemptOutcome.Failed }));
    }

    [Test]
    public async Task A_snooze_burns_no_attempt_however_often()
    {
        var runs = 0;
        await using var host = await StartAsync((_, context, _) =>
        {
            if (++runs < 5)
                context.Snooze(TimeSpan.FromMilliseconds(1));
            return Task.CompletedTask;
        });
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 1 })).JobId, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => (a.Number, a.Outcome)), Is.EqualTo(Enumerable.Repeat((1, AttemptOutcome.Snoozed), 4).Append((1, AttemptOutcome.Succeeded))));
    }

    [TestCase(true, JobState.Failed)]
    [TestCase(false, JobState.Cancelled)]
    public async Task A_handler_may_end_its_job_with_a_reason(bool discard, JobState state)
    {
        await using var host = await StartAsync((_, context, _) =>
        {
            if (discard)
                context.Discard("of no use\0");
            else
                context.Cancel("of no use\0");
            return Task.CompletedTask;
        });
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, state);
        Assert.That(job.Attempts.Single().Error, Is.EqualTo("of no use\ufffd"));
    }

    [Test]
    public async Task The_timeout_reaches_the_token_and_is_recorded_as_such([Values("job", "handler", "queue", "global")] string whose)
    {
        var limit = TimeSpan.FromMilliseconds(100);
        await using var host = await StartAsync(
            static (_, _, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token), o =>
            {
                if (whose == "global")
                    o.Timeout = limit;
                o.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { ["default"] = new() { Timeout = whose == "queue" ? limit : null } };
            }, o => o.Timeout = whose == "handler" ? limit : null);
        var job = await host.Client.UntilAsync(
            (await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { Timeout = whose == "job" ? limit : null, MaxAttempts = 1 })).JobId, JobState.Failed);
        Assert.That(job.Attempts.Single().Error, Does.StartWith("System.TimeoutException: The job ran over its timeout"));
        await Signals.UntilAsync(() => host.Log.Count(313) == 1, "the warning");
        Assert.That(host.Log.All, Does.Contain("its timeout of 00:00:00.1000000;"), "what was set, not what it took");
    }

    [Test]
    public async Task Without_a_timeout_a_job_outlives_the_queues()
    {
        var running = Signals.New<CancellationToken>();
        var go = Signals.New();
        var timedOut = Signals.New();
        await using var host = await StartAsync(async (work, _, token) =>
        {
            if (work.Name == "timed")
            {
                await using var registration = token.Register(timedOut.SetResult);
                await timedOut.Task;
                return;
            }

            running.TrySetResult(token);
            await go.Task;
        }, static o => o.Timeout = TimeSpan.FromMilliseconds(100));
        var endless = (await host.Client.EnqueueAsync(new Work("endless"), new EnqueueOptions { Timeout = Timeout.InfiniteTimeSpan })).JobId;
        var token = await Signals.Of(running, "the run");
        await host.Client.EnqueueAsync(new Work("timed"));
        await Signals.Of(timedOut, "the timeout of a later job");
        Assert.That(token.IsCancellationRequested, Is.False);
        go.SetResult();
        await host.Client.UntilAsync(endless, JobState.Succeeded);
    }

    private static IEnumerable<TestCaseData> Exceptions()
    {
        yield return Case("NUL", static () => new IOException("a\0b"));
        yield return Case("half of a surrogate pair", static () => new IOException(Half));
        yield return Case("a message of 1 MB", static () => new IOException(new string('x', 1 << 20)));
        yield return Case("one that is its own cause", static () => new Cyclic());
        yield return Case("one whose message throws", static () => new Nasty());
        yield return Case("a deep chain", static () => Enumerable.Range(0, 1000).Aggregate(new IOException("root"), static (inner, i) => new IOException($"{i}", inner)));
        yield return Case("an OperationCanceledException of the handler's own", static () => new OperationCanceledException("mine"));

        static TestCaseData Case(string name, Func<Exception> make) => new TestCaseData(make).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Exceptions))]
    public async Task Whatever_the_exception_says_its_failure_is_recorded(Func<Exception> make)
    {
        await using var host = await StartAsync((_, _, _) => throw make());
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), new EnqueueOptions { MaxAttempts = 1 })).JobId, JobState.Failed);
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(job.Attempts.Single().Error!), Is.InRange(10, 8192));
        Assert.That(host.Log.Count(305) + host.Log.Count(309), Is.Zero, host.Log.All);
    }

    private static Task<TestHost> StartAsync(
        Func<Work, JobContext, CancellationToken, Task> run, Action<PgQueueOptions>? options = null, Action<HandlerOptions>? handler = null) =>
        Task.Run(async () => await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), q => q.OnWork(run, handler), options));

    private sealed class Cyclic : Exception
    {
        public Cyclic()
            : base("round and round") =>
            typeof(Exception).GetField("_innerException", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.SetValue(this, this);
    }

    private sealed class Nasty : Exception
    {
        public override string Message => throw new NotSupportedException("no message");

        public override string ToString() => throw new NotSupportedException("no text");
    }
}
