using Npgsql;
using PgQueue.Configuration;

namespace PgQueue.Storage;

/// <summary>One queue's database: its connections, its statements, and what never changes about it.</summary>
internal sealed class QueueDatabase(DataSources sources, SchemaName schema) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private QueueIdentity? _identity;

    public SqlText Sql { get; } = new(schema);

    public NpgsqlDataSource Source => sources.Main;

    public DataSources Sources => sources;

    public SchemaName Schema => schema;

    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => sources.OpenAsync(cancellationToken);

    public async ValueTask<QueueIdentity> IdentityAsync(CancellationToken cancellationToken)
    {
        if (_identity is { } known)
            return known;
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _identity ??= await ReadIdentityAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads with statements by name; once more without what is withheld, if the role may not see it.</summary>
    public async Task<T> ReadAsync<T>(Func<Func<string, string>, Task<T>> read)
    {
        try
        {
            return await read(name => Sql[name]).ConfigureAwait(false);
        }
        catch (PostgresException e) when (string.Equals(e.SqlState, PostgresErrorCodes.InsufficientPrivilege, StringComparison.Ordinal))
        {
            return await read(Sql.Withholding).ConfigureAwait(false);
        }
    }

    /// <summary>Runs one statement on a pooled connection and gives its first value.</summary>
    public async Task<object?> ScalarAsync(string statement, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(Sql[statement], connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks a given connection, within seconds, whether its server is a standby.</summary>
    public async Task<bool> IsStandbyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql["ReadRecovery"], connection) { CommandTimeout = 5 };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public void Dispose() => _reading.Dispose();

    private async Task<QueueIdentity> ReadIdentityAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand(Sql["ReadIdentity"], connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return new QueueIdentity(reader.GetGuid(0), reader.GetString(1));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new SchemaVersionException(
                $"Schema \"{schema.Value}\" holds no queue yet. Start a host with Migrate = Auto, or apply the script of PgQueueSchema.GetScript().");
        }
    }
}
