using System.Data;
using System.Data.Common;
using System.Transactions;
using Dapper;
using Npgsql;
using PgQueue.Tests.Storage;

namespace PgQueue.Tests.Client;

/// <summary>Inside the caller's transaction a job exists exactly when that transaction commits.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class TransactionEnqueueTests
{
    [TestCase(true, 1)]
    [TestCase(false, 1)]
    [TestCase(true, 6000)]
    [TestCase(false, 6000)]
    public async Task Jobs_exist_exactly_when_the_transaction_commits(bool commit, int count)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(database);
        await connection.ExecuteAsync("create table orders(id int)");
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("insert into orders values (1)", transaction: transaction);
            var receipts = await host.Client.In(transaction).EnqueueManyAsync(Enumerable.Range(0, count).Select(i => new Errand(i)));
            Assert.That(receipts.Count(r => r.Outcome == EnqueueOutcome.Created), Is.EqualTo(count));
            Assert.That((await host.Client.GetStatsAsync()).Ready, Is.Zero, "not before the commit");
            if (commit)
                await transaction.CommitAsync();
        }

        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.EqualTo(commit ? count : 0));
        Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from orders"), Is.EqualTo(commit ? 1 : 0));
    }

    [Test]
    public async Task A_stream_in_a_transaction_is_rolled_back_with_it()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(database);
        await using (var transaction = await connection.BeginTransactionAsync())
            await host.Client.In(transaction).EnqueueManyAsync(Enumerable.Range(0, 5500).Select(i => new NewJob(new Errand(i))).ToAsyncEnumerable());
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.Zero);
    }

    [Test]
    public async Task A_transaction_that_has_ended_is_refused([Values] bool commit)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(database);
        var transaction = await connection.BeginTransactionAsync();
        await (commit ? transaction.CommitAsync() : transaction.RollbackAsync());
        await AssertRefusedAsync(host, transaction, "already");
        await transaction.DisposeAsync();
        await AssertRefusedAsync(host, transaction, "already");
    }

    [Test]
    public async Task A_transaction_on_a_closed_connection_is_refused()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(database);
        var transaction = await connection.BeginTransactionAsync();
        await connection.CloseAsync();
        await AssertRefusedAsync(host, transaction, "already");
    }

    [Test]
    public async Task A_failed_transaction_is_refused_and_said_to_have_failed()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.That(async () => await connection.ExecuteAsync("select 1/0", transaction: transaction), Throws.InstanceOf<PostgresException>());
        await AssertRefusedAsync(host, transaction, "failed already");
    }

    [Test]
    public async Task A_read_only_transaction_is_refused_and_said_to_be_read_only()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("set transaction read only", transaction: transaction);
        await AssertRefusedAsync(host, transaction, "read-only");
    }

    [TestCase(true, "another queue")]
    [TestCase(false, "no queue")]
    public async Task A_transaction_on_another_database_is_refused(bool hasQueue, string reason)
    {
        var database = await TestDatabase.CreateMigratedAsync();
        var other = hasQueue ? await TestDatabase.CreateMigratedAsync() : await TestDatabase.CreateAsync();
        await using var host = await TestHost.StartAsync(database);
        await using var connection = await OpenAsync(other);
        await using var transaction = await connection.BeginTransactionAsync();
        await AssertRefusedAsync(host, transaction, reason);
    }

    [Test]
    public async Task A_transaction_of_another_driver_is_refused_by_name()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        await using var connection = new ForeignConnection();
        await using var transaction = new ForeignTransaction(connection);
        await AssertRefusedAsync(host, transaction, nameof(ForeignConnection));
    }

    [Test]
    public async Task An_ambient_transaction_does_not_take_an_enqueue_in()
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());
        Guid id;
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            id = (await host.Client.EnqueueAsync(new Work("a"))).JobId;
        Assert.That(await host.Client.GetAsync(id), Is.Not.Null, "acknowledged means stored, though the scope was rolled back");
    }

    [Test]
    public async Task A_duplicate_in_a_transaction_is_told_and_leaves_the_transaction_usable()
    {
        var database = await TestDatabase.CreateMigratedAsync();
        await using var host = await TestHost.StartAsync(database);
        var options = new EnqueueOptions { DeduplicationKey = "k" };
        var first = await host.Client.EnqueueAsync(new Work("a"), options);
        await using var connection = await OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        var second = await host.Client.In(transaction).EnqueueAsync(new Work("b"), options);
        var third = await host.Client.In(transaction).EnqueueAsync(new Work("c"));
        await transaction.CommitAsync();
        Assert.That(second, Is.EqualTo(new JobReceipt(first.JobId, EnqueueOutcome.Existing)));
        Assert.That(await host.Client.GetAsync(third.JobId), Is.Not.Null);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task AssertRefusedAsync(TestHost host, DbTransaction transaction, string reason)
    {
        Assert.That(async () => await host.Client.In(transaction).EnqueueAsync(new Work("a")), Throws.InstanceOf<PgQueueException>().With.Message.Contains(reason));
        Assert.That((await host.Client.GetStatsAsync()).Ready, Is.Zero);
    }

    private sealed class ForeignTransaction(DbConnection connection) : DbTransaction
    {
        public override System.Data.IsolationLevel IsolationLevel => System.Data.IsolationLevel.ReadCommitted;

        protected override DbConnection DbConnection => connection;

        public override void Commit()
        {
        }

        public override void Rollback()
        {
        }
    }

    /// <summary>As far from Npgsql as it gets: a connection whose commands take only parameters of their own.</summary>
    private sealed class ForeignConnection : DbConnection
    {
        [System.Diagnostics.CodeAnalysis.AllowNull]
        public override string ConnectionString { get; set; } = "";

        public override string Database => "";

        public override string DataSource => "";

        public override string ServerVersion => "";

        public override ConnectionState State => ConnectionState.Open;

        public override void ChangeDatabase(string databaseName)
        {
        }

        public override void Close()
        {
        }

        public override void Open()
        {
        }

        protected override DbTransaction BeginDbTransaction(System.Data.IsolationLevel isolationLevel) => new ForeignTransaction(this);

        protected override DbCommand CreateDbCommand() => throw new InvalidCastException("only parameters of this driver");
    }
}
