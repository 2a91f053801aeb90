using Npgsql;

namespace PgQueue.Tests;

[Parallelizable(ParallelScope.Children)]
internal sealed class TestDatabaseTests
{
    [Test]
    public async Task Two_migrated_databases_hold_two_different_queues()
    {
        var first = await InstanceOf(await TestDatabase.CreateMigratedAsync());
        var second = await InstanceOf(await TestDatabase.CreateMigratedAsync());
        Assert.That(second, Is.Not.EqualTo(first));
    }

    private static async Task<Guid> InstanceOf(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select instance from pgqueue.meta", connection);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }
}
