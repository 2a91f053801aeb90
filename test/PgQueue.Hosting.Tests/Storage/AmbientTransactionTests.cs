using System.Transactions;
using Npgsql;
using PgQueue.Storage;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.Tests.Storage;

internal sealed class AmbientTransactionTests
{
    private ThrowawayServer _server = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ThrowawayServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [TestCase(true, TransactionScopeAsyncFlowOption.Enabled)]
    [TestCase(true, TransactionScopeAsyncFlowOption.Suppress)]
    [TestCase(false, TransactionScopeAsyncFlowOption.Enabled)]
    [TestCase(false, TransactionScopeAsyncFlowOption.Suppress)]
    public async Task C109_A_connection_opened_in_an_ambient_transaction_is_no_part_of_it(bool inDi, TransactionScopeAsyncFlowOption flow)
    {
        var text = await _server.CreateDatabaseAsync() + ";Enlist=true";
        await using var di = NpgsqlDataSource.Create(text);
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = inDi ? null : text }, "", inDi ? di : null, null);
        await using (var create = di.CreateCommand("create table written (x int)"))
            await create.ExecuteNonQueryAsync();

        InsertInRolledBackScope(sources, flow);

        await using var count = di.CreateCommand("select count(*) from written");
        Assert.That(await count.ExecuteScalarAsync(), Is.EqualTo(1L), "the row is there although the scope rolled back");
    }

    [Test]
    public async Task Heartbeats_have_a_connection_that_the_server_can_tell_apart()
    {
        await using var sources = new DataSources(new PgQueueOptions { ConnectionString = _server.ConnectionString() }, "", null, null);
        await using var heartbeat = sources.OpenHeartbeat();
        await using var name = new NpgsqlCommand("select current_setting('application_name')", heartbeat);
        Assert.That(await name.ExecuteScalarAsync(), Is.EqualTo("PgQueue heartbeat"));
    }

    // without await, because a scope that does not flow must end on the thread it began on
    private static void InsertInRolledBackScope(DataSources sources, TransactionScopeAsyncFlowOption flow)
    {
        using var scope = new TransactionScope(flow);
        using var connection = sources.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        using var insert = new NpgsqlCommand("insert into written values (1)", connection);
        insert.ExecuteNonQuery();
    }
}
