using Dapper;
using Npgsql;

namespace PgQueue.Samples;

internal static class OrderTable
{
    public static async Task CreateAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync("""
            create schema demo_quickstart;
            create table demo_quickstart.orders (id int primary key, customer text not null);
            """);
    }
}
