using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>The heartbeat's own connection. Synchronous, because its thread must not depend on the thread pool.</summary>
internal sealed class LeaseConnection(QueueDatabase database) : IDisposable
{
    private const int TimeoutSeconds = 4;
    private NpgsqlConnection? _connection;

    /// <returns>The least lease id this worker can ever hold.</returns>
    public long Register(Guid worker, TimeSpan lease, string[] queues, string[] routes, string version)
    {
        using var command = Command("RegisterWorker");
        command.Parameters.Add(Parameters.Uuid(worker));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Double, lease.TotalSeconds));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Text, Environment.MachineName));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Integer, Environment.ProcessId));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Text, version));
        command.Parameters.Add(Parameters.Texts(queues));
        command.Parameters.Add(Parameters.Texts(routes));
        return (long)command.ExecuteScalar()!;
    }

    public BeatReply Beat(Guid worker, TimeSpan lease, long leastLease)
    {
        using var command = Command("Beat");
        command.Parameters.Add(Parameters.Uuid(worker));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Double, lease.TotalSeconds));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Bigint, leastLease));
        using var reader = command.ExecuteReader();
        reader.Read();
        return new BeatReply(
            reader.GetBoolean(0), reader.IsDBNull(1) ? [] : reader.GetFieldValue<long[]>(1), reader.IsDBNull(2) ? [] : reader.GetFieldValue<Guid[]>(2),
            reader.IsDBNull(3) ? [] : reader.GetFieldValue<Guid[]>(3));
    }

    public int ReturnLeases(long[] leases, Guid worker)
    {
        using var command = Command("ReturnLeases");
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Bigint, leases));
        command.Parameters.Add(Parameters.Uuid(worker));
        return (int)(long)command.ExecuteScalar()!;
    }

    public void Unregister(Guid worker)
    {
        using var command = Command("UnregisterWorker");
        command.Parameters.Add(Parameters.Uuid(worker));
        command.ExecuteNonQuery();
    }

    /// <summary>Drops the connection; the next call opens a new one.</summary>
    public void Reset()
    {
        var connection = Interlocked.Exchange(ref _connection, null);
        try
        {
            connection?.Dispose();
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
        {
            // a broken connection may fail to close; it is gone either way
        }
    }

    public void Dispose() => Reset();

    private NpgsqlCommand Command(string statement)
    {
        if (_connection is not { State: System.Data.ConnectionState.Open })
        {
            Reset();
            _connection = database.Sources.OpenHeartbeat();
        }

        return new NpgsqlCommand(database.Sql[statement], _connection) { CommandTimeout = TimeoutSeconds };
    }
}
