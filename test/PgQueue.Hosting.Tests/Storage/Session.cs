using Npgsql;
using PgQueue.Configuration;

namespace PgQueue.Tests.Storage;

/// <summary>One connection, named by a test as an actor of a race. The queue's schema is written as in the migrations, /*schema*/.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private readonly SchemaName _schema;

    private Session(NpgsqlConnection connection, SchemaName schema) => (_connection, _schema) = (connection, schema);

    public int ProcessId => _connection.ProcessID;

    public NpgsqlConnection Connection => _connection;

    public static async Task<Session> OpenAsync(string database, SchemaName? schema = null)
    {
        // a statement that should not wait must not hang the run if it does
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { CommandTimeout = 20 }.ConnectionString);
        await connection.OpenAsync();
        return new Session(connection, schema ?? TestDatabase.Schema);
    }

    public Task RunAsync(string sql, params object?[] args) => RowsAsync(sql, args);

    /// <summary>The first column of the first row.</summary>
    public async Task<T?> OneAsync<T>(string sql, params object?[] args) =>
        (await RowsAsync(sql, args)) is [var row, ..] && row[0] is { } value ? (T)value : default;

    public async Task<List<T>> ListAsync<T>(string sql, params object?[] args) => [.. (await RowsAsync(sql, args)).Select(row => (T)row[0]!)];

    public async Task<List<object?[]>> RowsAsync(string sql, params object?[] args)
    {
        await using var command = new NpgsqlCommand(_schema.In(sql), _connection);
        foreach (var arg in args)
            command.Parameters.Add(arg is NpgsqlParameter parameter ? parameter : new NpgsqlParameter { Value = arg ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
