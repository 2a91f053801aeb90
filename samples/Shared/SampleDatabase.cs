using Npgsql;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.Samples;

/// <summary>The database a sample runs on: the one that PGQUEUE_DB names, else a throwaway server that is gone when the sample ends.</summary>
internal sealed class SampleDatabase : IAsyncDisposable
{
    private readonly ThrowawayServer? _server;

    private SampleDatabase(ThrowawayServer? server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>
    /// Gets the database and hands it to the host's configuration as <c>ConnectionStrings:PgQueue</c>. Ends the process with exit code 2 if there is none.
    /// </summary>
    /// <param name="ownSchemas">Schemas that belong to the sample alone: what an earlier run left in them is dropped.</param>
    public static async Task<SampleDatabase> StartAsync(params string[] ownSchemas)
    {
        try
        {
            var database = await FindAsync();
            await DropAsync(database.ConnectionString, ownSchemas);
            Environment.SetEnvironmentVariable("ConnectionStrings__PgQueue", database.ConnectionString);
            return database;
        }
        catch (Exception e) when (e is ThrowawayPostgresException or NpgsqlException or ArgumentException)
        {
            var reason = e is ThrowawayPostgresException ? e.Message : $"The database of PGQUEUE_DB cannot be used: {e.Message}";
            await Console.Error.WriteLineAsync(reason);
            Environment.Exit(2);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<SampleDatabase> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("PGQUEUE_DB") is { Length: > 0 } existing)
        {
            return new SampleDatabase(null, existing);
        }

        var server = await ThrowawayServer.StartAsync();
        Console.WriteLine(
            $"Started a throwaway PostgreSQL {server.ServerVersion} on port {server.Port}; set PGQUEUE_DB to use a server of your own.");
        return new SampleDatabase(server, await server.CreateDatabaseAsync());
    }

    private static async Task DropAsync(string connectionString, string[] schemas)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        foreach (var schema in schemas)
        {
            await using var command = database.CreateCommand($"drop schema if exists {schema} cascade");
            await command.ExecuteNonQueryAsync();
        }
    }
}
