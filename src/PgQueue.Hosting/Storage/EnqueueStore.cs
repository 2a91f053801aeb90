using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Writes new jobs, on a connection of ours or in the caller's transaction.</summary>
internal sealed class EnqueueStore(QueueDatabase database)
{
    /// <summary>SQLSTATE of a transaction on a database that holds another queue.</summary>
    public const string WrongDatabase = "QI001";

    public QueueDatabase Database => database;

    /// <param name="connection">Open. Not necessarily Npgsql's own: a profiler may wrap it.</param>
    /// <param name="transaction">The caller's, or null.</param>
    /// <param name="rows">At least one.</param>
    /// <param name="worker">This process's worker id, which needs no notification.</param>
    /// <param name="isFresh">The ids were made for this call, which is its first try: they cannot exist.</param>
    /// <param name="cancellationToken">Ends the wait for the statement.</param>
    /// <returns>A reply for every job that was not simply inserted.</returns>
    public async Task<List<EnqueueReply>> EnqueueAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<NewJobRow> rows, Guid? worker, bool isFresh, CancellationToken cancellationToken)
    {
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        if (rows is [{ Key: null } only])
        {
            command.CommandText = database.Sql["EnqueueJob"];
            foreach (var parameter in Compose(identity.Instance, only, worker))
                command.Parameters.Add(parameter);
            var outcome = (short)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
            return outcome == 0 ? [] : [new EnqueueReply(only.Id, outcome, null)];
        }

        command.CommandText = database.Sql["EnqueueJobs"];
        foreach (var parameter in Compose(identity.Instance, rows, worker, isFresh))
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var replies = new List<EnqueueReply>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            replies.Add(new EnqueueReply(reader.GetGuid(0), reader.GetInt16(1), reader.IsDBNull(2) ? null : reader.GetGuid(2)));
        return replies;
    }

    private static NpgsqlParameter[] Compose(Guid instance, NewJobRow row, Guid? worker) =>
    [
        Parameters.Uuid(instance),
        Parameters.Uuid(row.Id),
        Parameters.Value(NpgsqlDbType.Smallint, row.Lane),
        Parameters.Value(NpgsqlDbType.Text, row.Type),
        Parameters.Value(NpgsqlDbType.Json, row.Payload),
        Parameters.Value(NpgsqlDbType.Smallint, row.MaxAttempts),
        Parameters.Value(NpgsqlDbType.Double, row.Delay?.TotalSeconds),
        Parameters.Value(NpgsqlDbType.TimestampTz, row.RunAt?.UtcDateTime),
        Parameters.Value(NpgsqlDbType.Integer, row.TimeoutMs),
        Parameters.Value(NpgsqlDbType.Json, row.Headers),
        Parameters.Value(NpgsqlDbType.Text, row.Queue),
        Parameters.Uuid(worker),
    ];

    private static IEnumerable<NpgsqlParameter> Compose(Guid instance, IReadOnlyList<NewJobRow> rows, Guid? worker, bool isFresh)
    {
        var keyed = rows.Any(r => r.Key is not null);
        yield return Parameters.Uuid(instance);
        yield return Parameters.Array(NpgsqlDbType.Uuid, Select(rows, r => r.Id));
        yield return Parameters.Array(NpgsqlDbType.Smallint, Select(rows, r => r.Lane));
        yield return Parameters.Array(NpgsqlDbType.Text, Select(rows, r => r.Type));
        yield return Parameters.Array(NpgsqlDbType.Json, Select(rows, r => r.Payload));
        yield return Parameters.Array(NpgsqlDbType.Smallint, Select(rows, r => r.MaxAttempts));
        yield return Parameters.Array(NpgsqlDbType.Double, Optional(rows, r => r.Delay?.TotalSeconds));
        yield return Parameters.Array(NpgsqlDbType.TimestampTz, Optional(rows, r => r.RunAt?.UtcDateTime));
        yield return Parameters.Array(NpgsqlDbType.Integer, Optional(rows, r => r.TimeoutMs));
        yield return Parameters.Array(NpgsqlDbType.Json, rows.Any(r => r.Headers is not null) ? Select(rows, r => r.Headers) : null);
        yield return Parameters.Array(NpgsqlDbType.Text, keyed ? Select(rows, r => r.Key) : null);
        yield return Parameters.Array(NpgsqlDbType.Smallint, keyed ? Select(rows, r => r.KeyScope) : null);
        yield return Parameters.Array(NpgsqlDbType.Double, keyed ? Select(rows, r => r.KeyPeriod?.TotalSeconds) : null);
        yield return Parameters.Array(NpgsqlDbType.Boolean, keyed ? Select(rows, r => r.KeyReplace) : null);
        yield return Parameters.Texts(Queues(rows));
        yield return Parameters.Uuid(worker);
        yield return Parameters.Value(NpgsqlDbType.Boolean, isFresh);
    }

    private static string[]? Queues(IReadOnlyList<NewJobRow> rows)
    {
        var queues = rows.Where(r => !r.IsDelayed).Select(r => r.Queue).Distinct(StringComparer.Ordinal).ToArray();
        return queues.Length == 0 ? null : queues;
    }

    private static T[] Select<T>(IReadOnlyList<NewJobRow> rows, Func<NewJobRow, T> column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = column(rows[i]);
        return values;
    }

    private static T?[]? Optional<T>(IReadOnlyList<NewJobRow> rows, Func<NewJobRow, T?> column)
        where T : struct
    {
        T?[]? values = null;
        for (var i = 0; i < rows.Count; i++)
        {
            if (column(rows[i]) is { } value)
                (values ??= new T?[rows.Count])[i] = value;
        }

        return values;
    }
}
