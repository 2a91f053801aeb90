using Dapper;
using Npgsql;

namespace PgQueue.Tests.Worker;

/// <summary>User data and the completion of the job commit together, or neither does.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CompleteInTests
{
    [Test]
    public async Task Rows_and_completion_commit_together(
        [Values(System.Data.IsolationLevel.ReadCommitted, System.Data.IsolationLevel.RepeatableRead, System.Data.IsolationLevel.Serializable)] System.Data.IsolationLevel level)
    {
        var database = await DatabaseAsync();
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            await using var connection = await OpenAsync(database);
            await using var transaction = await connection.BeginTransactionAsync(level, token);
            await connection.ExecuteAsync("insert into done values (@JobId)", context, transaction);
            await context.CompleteInAsync(transaction, token);
            await transaction.CommitAsync(token);
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var job = await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That((await RowsAsync(database), job.Attempts.Count), Is.EqualTo((1, 1)));
        await Signals.UntilAsync(async () => (await host.Client.GetStatsAsync()) is { Running: 0, Succeeded: 1, Scheduled: 0 }, () => Task.FromResult("unsettled"));
        Assert.That(host.Log.Count(304), Is.Zero);
    }

    [Test]
    public async Task A_rollback_takes_the_completion_back_and_the_job_is_retried([Values] bool throws)
    {
        var database = await DatabaseAsync();
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            await using var connection = await OpenAsync(database);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await connection.ExecuteAsync("insert into done values (@JobId)", context, transaction);
            await context.CompleteInAsync(transaction, token);
            if (context.Attempt > 1)
                await transaction.CommitAsync(token);
            else if (throws)
                throw new IOException("before the commit");
            else
                await transaction.RollbackAsync(token);
        });
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Retried, AttemptOutcome.Succeeded }));
        Assert.That(job.Attempts[0].Error, throws ? Does.Contain("before the commit") : Does.Contain("was rolled back, wholly or to a savepoint"));
        Assert.That(await RowsAsync(database), Is.EqualTo(1));
    }

    [Test]
    public async Task A_handler_that_throws_after_its_commit_has_succeeded_once()
    {
        var database = await DatabaseAsync();
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            await CompleteAsync(database, context, token);
            throw new IOException("after the commit");
        });
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"))).JobId, JobState.Succeeded);
        await host.StopAsync();
        Assert.That((job.Attempts.Count, await RowsAsync(database)), Is.EqualTo((1, 1)));
        Assert.That(host.Log.Lines.Single(l => l.StartsWith("Warning 314 ", StringComparison.Ordinal)), Does.Contain("System.IO.IOException").And.Not.Contain("after the commit"));
    }

    [TestCase("discard", JobState.Failed)]
    [TestCase("cancel", JobState.Cancelled)]
    [TestCase("snooze", JobState.Scheduled)]
    [TestCase("retry", JobState.Scheduled)]
    public async Task What_a_handler_asks_for_after_a_completion_counts_only_if_that_was_rolled_back(string what, JobState state)
    {
        var database = await DatabaseAsync();
        await using var host = await StartAsync(database, async (work, context, token) =>
        {
            await using var connection = await OpenAsync(database);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await context.CompleteInAsync(transaction, token);
            if (work.Name == "commits")
                await transaction.CommitAsync(token);
            else
                await transaction.RollbackAsync(token);
            (what switch
            {
                "discard" => () => context.Discard("of no use"),
                "cancel" => () => context.Cancel("of no use"),
                "snooze" => () => context.Snooze(TimeSpan.FromHours(2)),
                _ => (Action)(() => context.RetryAfter(TimeSpan.FromHours(2), "of no use")),
            })();
        });
        var id = (await host.Client.EnqueueAsync(new Work("commits"))).JobId;
        await Signals.UntilAsync(() => host.Log.Count(314) == 1, "the warning");
        Assert.That((await host.Client.GetAsync(id))!.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Succeeded }));
        var job = await host.Client.UntilAttemptsAsync((await host.Client.EnqueueAsync(new Work("rolls back"))).JobId, 1);
        Assert.That(job.State, Is.EqualTo(state));
        Assert.That(host.Log.Count(314), Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_completion_of_one_run_is_refused_at_once_and_says_why([Values("this", "open", "committed")] string first)
    {
        var database = await DatabaseAsync();
        var refused = Signals.New<Exception>();
        var took = TimeSpan.Zero;
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            await using var connection = await OpenAsync(database);
            await using var other = await OpenAsync(database);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await using var second = await other.BeginTransactionAsync(token);
            await context.CompleteInAsync(transaction, token);
            if (first == "committed")
                await transaction.CommitAsync(token);
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                await context.CompleteInAsync(first == "this" ? transaction : second, token);
            }
            catch (Exception e)
            {
                took = TimeProvider.System.GetElapsedTime(started);
                refused.TrySetResult(e);
            }

            if (first != "committed")
                await transaction.CommitAsync(token);
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        Assert.That(await Signals.Of(refused, "the refusal"), Is.TypeOf<InvalidOperationException>().With.Message.Contains("has already completed job"));
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(4)), "not after the patience for a busy lease");
        Assert.That((await host.Client.UntilAsync(id, JobState.Succeeded)).Attempts, Has.Count.EqualTo(1), "the first one stands");
    }

    [Test]
    public async Task After_a_rollback_to_a_savepoint_the_job_is_not_done_unless_it_is_completed_again([Values] bool again)
    {
        var database = await DatabaseAsync();
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            await using var connection = await OpenAsync(database);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await connection.ExecuteAsync("insert into done values (gen_random_uuid())", transaction: transaction);
            await transaction.SaveAsync("here", token);
            await context.CompleteInAsync(transaction, token);
            await transaction.RollbackAsync("here", token);
            if (again)
                await context.CompleteInAsync(transaction, token);
            await transaction.CommitAsync(token);
        });
        var options = new EnqueueOptions { MaxAttempts = 1 };
        var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work("a"), options)).JobId, again ? JobState.Succeeded : JobState.Failed);
        Assert.That(job.Attempts.Single().Error, again ? Is.Null : Does.Contain("rolled back, wholly or to a savepoint"));
        Assert.That(await RowsAsync(database), Is.EqualTo(1), "the data before the savepoint is stored either way");
    }

    [Test]
    public async Task A_transaction_that_is_closed_later_decides_the_job_then([Values] bool commit)
    {
        var database = await DatabaseAsync();
        var left = Signals.New<NpgsqlTransaction>();
        await using var connection = await OpenAsync(database);
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            if (context.Attempt > 1)
            {
                await CompleteAsync(database, context, token);
                return;
            }

            var transaction = await connection.BeginTransactionAsync(token);
            await connection.ExecuteAsync("insert into done values (@JobId)", context, transaction);
            await context.CompleteInAsync(transaction, token);
            left.SetResult(transaction);
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        var transaction = await Signals.Of(left, "the open transaction");
        await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Errand(1))).JobId, JobState.Succeeded);
        Assert.That((await host.Client.GetAsync(id))!.State, Is.EqualTo(JobState.Running));
        await (commit ? transaction.CommitAsync() : transaction.RollbackAsync());
        var job = await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That((job.Attempts.Count, await RowsAsync(database)), Is.EqualTo((commit ? 1 : 2, 1)));
    }

    [Test]
    public async Task Many_jobs_of_one_batch_complete_in_transactions_at_once_and_rows_equal_successes()
    {
        const int Jobs = 200;
        var database = await DatabaseAsync();
        await using var host = await StartAsync(database, async (work, context, token) =>
        {
            await using var connection = await OpenAsync(database);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await connection.ExecuteAsync("insert into done values (@JobId)", context, transaction);
            if (work.Name == "plain")
                return;
            await context.CompleteInAsync(transaction, token);
            if (work.Name == "fails once" && context.Attempt == 1)
                throw new IOException("no");
            await transaction.CommitAsync(token);
        });
        string[] names = ["plain", "commits", "commits", "fails once"];
        var receipts = await host.Client.EnqueueManyAsync(Enumerable.Range(0, Jobs).Select(i => new Work(names[i % 4])));
        foreach (var receipt in receipts)
            await host.Client.UntilAsync(receipt.JobId, JobState.Succeeded);
        Assert.That(await RowsAsync(database), Is.EqualTo(Jobs * 3 / 4));
        Assert.That((await host.Client.GetStatsAsync()).Succeeded, Is.EqualTo(Jobs));
    }

    [Test]
    public async Task Without_the_lease_a_completion_is_refused()
    {
        var database = await DatabaseAsync();
        var refused = Signals.New<LeaseLostException>();
        await using var host = await StartAsync(database, async (_, context, token) =>
        {
            if (context.Attempt > 1)
                return;
            await using var connection = await OpenAsync(database);
            await connection.ExecuteAsync("delete from pgqueue.worker; select pgqueue.rescue()");
            await using var transaction = await connection.BeginTransactionAsync(token);
            await connection.ExecuteAsync("insert into done values (@JobId)", context, transaction);
            try
            {
                await context.CompleteInAsync(transaction, CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
            }
            catch (LeaseLostException e)
            {
                refused.TrySetResult(e);
                throw;
            }
        });
        var id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        Assert.That((await Signals.Of(refused, "the refusal")).JobId, Is.EqualTo(id));
        var job = await host.Client.UntilAsync(id, JobState.Succeeded);
        Assert.That(job.Attempts.Select(a => a.Outcome), Is.EqualTo(new[] { AttemptOutcome.Lost, AttemptOutcome.Succeeded }));
        Assert.That(await RowsAsync(database), Is.Zero);
    }

    [Test]
    public async Task A_transaction_of_another_database_or_one_that_has_ended_is_refused()
    {
        var database = await DatabaseAsync();
        var other = await TestDatabase.CreateMigratedAsync();
        await using var host = await StartAsync(database, async (work, context, token) =>
        {
            await using var connection = await OpenAsync(work.Name == "other" ? other : database);
            var transaction = await connection.BeginTransactionAsync(token);
            if (work.Name != "other")
                await transaction.CommitAsync(token);
            await context.CompleteInAsync(transaction, token);
        });
        foreach (var (name, error) in new[] { ("other", "another queue"), ("ended", "already been committed") })
        {
            var job = await host.Client.UntilAsync((await host.Client.EnqueueAsync(new Work(name), new EnqueueOptions { MaxAttempts = 1 })).JobId, JobState.Failed);
            Assert.That(job.Attempts.Single().Error, Does.Contain(error));
        }
    }

    private static Task<TestHost> StartAsync(string database, Func<Work, JobContext, CancellationToken, Task> run) =>
        TestHost.StartAsync(database, q => q.OnWork(run).On<Errand>(static (_, _, _) => Task.CompletedTask));

    private static async Task CompleteAsync(string database, JobContext context, CancellationToken token)
    {
        await using var connection = await OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await connection.ExecuteAsync("insert into done values (@JobId)", context, transaction);
        await context.CompleteInAsync(transaction, token);
        await transaction.CommitAsync(token);
    }

    private static async Task<string> DatabaseAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await TestDatabase.ExecuteAsync(database, "create table done(job uuid primary key)");
        return database;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<int> RowsAsync(string database)
    {
        await using var connection = await OpenAsync(database);
        return await connection.ExecuteScalarAsync<int>("select count(*)::int from done");
    }
}
