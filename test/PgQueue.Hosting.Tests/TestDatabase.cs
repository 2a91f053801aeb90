using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PgQueue.Configuration;
using PgQueue.Schema;
using PgQueue.ThrowawayPostgres;

namespace PgQueue.Tests;

/// <summary>Fresh databases for tests, on one server for the whole run: the one that PGQUEUE_TEST_DB names, else a throwaway one, started at the first need.</summary>
internal static class TestDatabase
{
    private static readonly List<string> Made = [];
    private static readonly Lazy<Task<string>> Admin = new(StartAsync);
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);
    private static ThrowawayServer? _server;

    public static SchemaName Schema { get; } = new("pgqueue");

    /// <summary>An empty database.</summary>
    /// <returns>Its connection string, for the superuser, without pooling.</returns>
    public static Task<string> CreateAsync() => CreateAsync("template0");

    /// <summary>A database with the queue's schema, copied from a migrated one; its queue has an identity of its own.</summary>
    /// <returns>Its connection string, for the superuser, without pooling.</returns>
    public static async Task<string> CreateMigratedAsync()
    {
        var database = await CreateAsync(await Template.Value);
        await ExecuteAsync(database, "update pgqueue.meta set (instance, channel) = (select i, 'pgqueue_' || replace(i::text, '-', '') from gen_random_uuid() i)");
        return database;
    }

    public static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Throws the server away, or drops the databases that were made on somebody else's.</summary>
    public static async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
            await _server.DisposeAsync();
        else
            foreach (var name in Made)
                await ExecuteAsync(await Admin.Value, $"drop database if exists {name} with (force)");
    }

    private static async Task<string> CreateAsync(string template)
    {
        var name = $"pgqueue_test_{Guid.NewGuid():N}";
        var admin = await Admin.Value;
        await ExecuteAsync(admin, $"create database {name} template {template}");
        lock (Made)
            Made.Add(name);
        return new NpgsqlConnectionStringBuilder(admin) { Database = name }.ConnectionString;
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var database = await CreateAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await new Migrator(Schema, TimeProvider.System, NullLogger.Instance).MigrateAsync(source, CancellationToken.None);
        return new NpgsqlConnectionStringBuilder(database).Database!;
    }

    private static async Task<string> StartAsync()
    {
        var given = Environment.GetEnvironmentVariable("PGQUEUE_TEST_DB");
        if (string.IsNullOrEmpty(given))
        {
            _server = await ThrowawayServer.StartAsync();
            given = _server.ConnectionString();
        }

        return new NpgsqlConnectionStringBuilder(given) { Pooling = false, IncludeErrorDetail = true }.ConnectionString;
    }
}
