using Npgsql;

namespace PgQueue.Tests.Worker;

/// <summary>What a handler gives back.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ResultTests
{
    [Test]
    public async Task A_result_comes_back_as_it_was_set_and_the_last_one_counts()
    {
        await using var host = await StartAsync(static (_, context) =>
        {
            context.SetResult(new Sum(1, "first", []));
            context.SetResult(new Sum(42, "Grüße \ud83d\ude00", [DateOnly.MinValue, DateOnly.MaxValue]));
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var sum = await host.Client.WaitForResultAsync<Sum>(id, Signals.Patience);
        Assert.That((sum.Total, sum.Word, sum.Days), Is.EqualTo((42, "Grüße \ud83d\ude00", new[] { DateOnly.MinValue, DateOnly.MaxValue })));
        Assert.That((await host.Client.GetAsync(id))!.Result, Is.EqualTo("""{"total":42,"word":"Grüße \uD83D\uDE00","days":["0001-01-01","9999-12-31"]}"""));
    }

    [Test]
    public async Task Plain_values_are_results_too()
    {
        await using var host = await StartAsync(static (work, context) =>
        {
            if (work.Name == "number")
                context.SetResult(7);
            else if (work.Name == "text")
                context.SetResult("seven");
            else
                context.SetResult<IReadOnlyList<int>>([7, 8]);
        });
        async Task<T> ResultAsync<T>(string name) => await host.Client.WaitForResultAsync<T>((await host.Client.EnqueueAsync(new Work(name))).JobId, Signals.Patience);
        Assert.That(await ResultAsync<int>("number"), Is.EqualTo(7));
        Assert.That(await ResultAsync<string>("text"), Is.EqualTo("seven"));
        Assert.That(await ResultAsync<int[]>("list"), Is.EqualTo(new[] { 7, 8 }));
    }

    [Test]
    public async Task A_result_counts_only_with_the_attempt_that_succeeds()
    {
        await using var host = await StartAsync(static (_, context) =>
        {
            if (context.Attempt < 3)
                context.SetResult("too early");
            if (context.Attempt == 1)
                throw new IOException("after the result");
            if (context.Attempt == 2)
                context.RetryAfter(TimeSpan.Zero);
            if (context.Attempt == 4)
                context.SetResult("never");
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var missing = (await Assert.ThrowsAsync<JobResultException>(() => host.Client.WaitForResultAsync<string>(id, Signals.Patience)))!;
        Assert.That((missing.JobId, missing.State), Is.EqualTo((id, (JobState?)JobState.Succeeded)));
        Assert.That(missing.Message, Does.Contain("succeeded without a result"));
        var job = (await host.Client.GetAsync(id))!;
        Assert.That((job.Result, job.Attempts.Count), Is.EqualTo(((string?)null, 3)));
    }

    [Test]
    public async Task A_result_is_stored_in_the_handlers_transaction_and_goes_with_its_rollback([Values] bool commits)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, context, token) =>
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync(token);
            await using var transaction = await connection.BeginTransactionAsync(token);
            context.SetResult($"of attempt {context.Attempt}");
            await context.CompleteInAsync(transaction, token);
            if (commits || context.Attempt > 1)
                await transaction.CommitAsync(token);
            else
                await transaction.RollbackAsync(token);
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        Assert.That(await host.Client.WaitForResultAsync<string>(id, Signals.Patience), Is.EqualTo(commits ? "of attempt 1" : "of attempt 2"));
        await host.StopAsync();
        Assert.That(host.Log.Count(314), Is.Zero);
    }

    [Test]
    public async Task A_result_that_is_set_after_the_completion_is_passed_over_and_said_so()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database, q => q.OnWork(async (_, context, token) =>
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync(token);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await context.CompleteInAsync(transaction, token);
            await transaction.CommitAsync(token);
            context.SetResult("late");
        }));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        await Signals.UntilAsync(() => host.Log.Count(314) == 1, "the warning");
        Assert.That(host.Log.All, Does.Contain("SetResult"));
        Assert.That((await host.Client.GetAsync(id))!.Result, Is.Null);
    }

    [Test]
    public async Task A_result_that_cannot_be_stored_fails_the_handler_there_with_the_field([Values("nan", "surrogate", "nul", "live", "object", "null", "large")] string what)
    {
        await using var host = await StartAsync(
            (_, context) => context.SetResult<object>(what switch
            {
                "nan" => new Odd { Number = double.NaN },
                "surrogate" => new Odd { Text = "\ud800" },
                "nul" => new Odd { Text = "\0" },
                "live" => new Odd { Live = Task.CompletedTask },
                "object" => new Loose(),
                "null" => null!,
                _ => new Odd { Text = new string('x', 300_000) },
            }),
            static o => o.Retry.MaxAttempts = 1);
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var failed = (await Assert.ThrowsAsync<JobResultException>(() => host.Client.WaitForResultAsync<Odd>(id, Signals.Patience)))!;
        Assert.That(failed.State, Is.EqualTo(JobState.Failed));
        Assert.That(failed.Error, Does.StartWith("PgQueue.PayloadException: Result " + what switch
        {
            "nan" => "$.number: ",
            "surrogate" or "nul" => "$.text: ",
            "live" => "$.live: ",
            "object" => "$.anything: ",
            _ => "$: ",
        }));
        Assert.That(failed.Message, Does.Contain("has failed").And.Contain("PayloadException"));
    }

    [Test]
    public async Task The_largest_results_of_many_jobs_arrive()
    {
        var text = new string('y', 250_000);
        await using var host = await StartAsync((_, context) => context.SetResult(text + context.JobId));
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, 150).Select(i => new Work($"{i}")));
        var results = await Task.WhenAll(receipts.Select(r => host.Client.WaitForResultAsync<string>(r.JobId, Signals.Patience)));
        Assert.That(results, Is.EqualTo(receipts.Select(r => text + r.JobId)));
    }

    [Test]
    public async Task A_result_of_another_class_is_refused_with_the_field()
    {
        await using var host = await StartAsync(static (_, context) => context.SetResult(new Sum(1, "a", [])));
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var other = (await Assert.ThrowsAsync<PayloadException>(() => host.Client.WaitForResultAsync<Other>(id, Signals.Patience)))!;
        Assert.That((other.Field, other.Message.Split(' ')[0..2]), Is.EqualTo(("$.total", new[] { "Result", "$.total:" })));
    }

    [Test]
    public async Task A_result_that_the_database_refuses_leaves_a_success_that_says_so()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await TestDatabase.ExecuteAsync(database, "alter table pgqueue.attempt add check (result is null or length(result::text) < 100)");
        await using var host = await StartAsync(static (work, context) => context.SetResult(work.Name), database: database);
        var receipts = await host.Client.EnqueueManyAsync([new Work("fits"), new Work(new string('x', 200)), new Work("fits too")]);
        Assert.That(await host.Client.WaitForResultAsync<string>(receipts[0].JobId, Signals.Patience), Is.EqualTo("fits"));
        Assert.That(await host.Client.WaitForResultAsync<string>(receipts[2].JobId, Signals.Patience), Is.EqualTo("fits too"));
        var refused = (await Assert.ThrowsAsync<JobResultException>(() => host.Client.WaitForResultAsync<string>(receipts[1].JobId, Signals.Patience)))!;
        Assert.That((refused.State, refused.Error), Is.EqualTo(((JobState?)JobState.Succeeded, "The result could not be stored.")));
        Assert.That(host.Log.Count(309), Is.EqualTo(1));
    }

    private static async Task<TestHost> StartAsync(Action<Work, JobContext> run, Action<PgQueueOptions>? options = null, string? database = null) =>
        await TestHost.StartAsync(
            database ?? await TestDatabase.CreateMigratedAsync(),
            q => q.OnWork((work, context, _) =>
            {
                run(work, context);
                return Task.CompletedTask;
            }),
            options);

    internal sealed record Sum(int Total, string Word, DateOnly[] Days);

    internal sealed record Other(string Total);

    internal sealed record Odd
    {
        public double Number { get; init; }

        public string? Text { get; init; }

        public Task? Live { get; init; }
    }

    internal sealed record Loose
    {
        public object Anything { get; init; } = 1;
    }
}
