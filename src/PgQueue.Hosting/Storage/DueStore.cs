using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Moves jobs whose time has come, and jobs of dead workers.</summary>
internal sealed class DueStore(QueueDatabase database)
{
    /// <param name="from">Exclusive-enough lower bound on the due time; null to look at everything.</param>
    /// <param name="limit">Jobs at most.</param>
    /// <param name="worker">This process's worker id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PromoteReply> PromoteJobsAsync(DateTime? from, int limit, Guid worker, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["PromoteJobs"], connection);
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.TimestampTz, from ?? DateTime.MinValue));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Integer, limit));
        command.Parameters.Add(Parameters.Uuid(worker));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new PromoteReply(
            (int)reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetDateTime(1),
            reader.IsDBNull(2) ? null : TimeSpan.FromSeconds(Math.Clamp(reader.GetDouble(2), 0, 86400)), reader.GetInt32(3));
    }

    /// <returns>How many jobs were taken over, and how many of these failed for good.</returns>
    public async Task<(int Jobs, int Failed)> RescueJobsAsync(int leases, int maxCrashes, Guid worker, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["RescueJobs"], connection);
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Integer, leases));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Smallint, (short)maxCrashes));
        command.Parameters.Add(Parameters.Uuid(worker));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return ((int)reader.GetInt64(0), (int)reader.GetInt64(1));
    }

    public async Task<long> RecallDeferredAsync(string[] types, string[] prefixes, CancellationToken cancellationToken) =>
        (long)(await database.ScalarAsync("RecallDeferred", cancellationToken, Parameters.Texts(types), Parameters.Texts(prefixes)).ConfigureAwait(false))!;

    public Task SetWaitingAsync(Guid worker, string[] queues, CancellationToken cancellationToken) =>
        database.ScalarAsync("SetWaiting", cancellationToken, Parameters.Uuid(worker), Parameters.Texts(queues));

    public Task WakeQueuesAsync(string[] queues, Guid worker, CancellationToken cancellationToken) =>
        database.ScalarAsync("WakeQueues", cancellationToken, Parameters.Texts(queues), Parameters.Uuid(worker));

    public Task ShareCursorAsync(short[] lanes, long[] bounds, CancellationToken cancellationToken) =>
        database.ScalarAsync("ShareCursor", cancellationToken, Parameters.Array(NpgsqlDbType.Smallint, lanes), Parameters.Array(NpgsqlDbType.Bigint, bounds));
}
