using Npgsql;

namespace PgQueue.TestWorker;

/// <summary>The application's own tables beside the queue: fx, a row a completion in a transaction; effect, guarded by the fencing token.</summary>
internal sealed class UserDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public async Task<NpgsqlTransaction> BeginAsync() => await (await _source.OpenConnectionAsync()).BeginTransactionAsync();

    public static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, Guid job, long token)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = token });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes as the guide says: a smaller token than the one stored is refused.</summary>
    /// <returns>Whether the write was taken.</returns>
    public async Task<bool> TryEffectAsync(Guid job, long token)
    {
        await using var command = _source.CreateCommand(
            "insert into effect(job_id, token) values ($1, $2) on conflict (job_id) do update set token = excluded.token where effect.token < excluded.token");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = job });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = token });
        return await command.ExecuteNonQueryAsync() == 1;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
