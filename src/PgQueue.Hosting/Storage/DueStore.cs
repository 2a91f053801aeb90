using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Moves jobs whose time has come, and jobs of dead workers, and sends word of both. One connection at a time, however many loops call.</summary>
internal sealed class DueStore(QueueDatabase database) : IDisposable
{
    /// <summary>For whoever else works on the same one connection.</summary>
    public Turnstile Turnstile { get; } = new();

    /// <param name="from">Exclusive-enough lower bound on the due time; null to look at everything.</param>
    /// <param name="limit">Jobs at most.</param>
    /// <param name="worker">This process's worker id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PromoteReply> PromoteJobsAsync(DateTime? from, int limit, Guid worker, CancellationToken cancellationToken)
    {
        using var turn = await Turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["PromoteJobs"], connection);
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.TimestampTz, from ?? DateTime.MinValue));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Integer, limit));
        command.Parameters.Add(Parameters.Uuid(worker));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new PromoteReply(
            (int)reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetDateTime(1),
            reader.IsDBNull(2) ? null : TimeSpan.FromSeconds(Math.Clamp(reader.GetDouble(2), 0, 86400)), reader.GetInt32(3),
            reader.IsDBNull(4) ? [] : reader.GetFieldValue<string[]>(4));
    }

    /// <returns>How many jobs were taken over, and how many of these failed for good.</returns>
    public async Task<(int Jobs, int Failed)> RescueJobsAsync(int leases, int maxCrashes, Guid worker, CancellationToken cancellationToken)
    {
        using var turn = await Turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
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
        (long)(await ScalarAsync("RecallDeferred", cancellationToken, Parameters.Texts(types), Parameters.Texts(prefixes)).ConfigureAwait(false))!;

    public Task SetWaitingAsync(Guid worker, string[] queues, CancellationToken cancellationToken) =>
        ScalarAsync("SetWaiting", cancellationToken, Parameters.Uuid(worker), Parameters.Texts(queues));

    public Task WakeQueuesAsync(string[] queues, Guid worker, CancellationToken cancellationToken) =>
        ScalarAsync("WakeQueues", cancellationToken, Parameters.Texts(queues), Parameters.Uuid(worker));

    public Task ShareCursorAsync(short[] lanes, long[] bounds, CancellationToken cancellationToken) =>
        ScalarAsync("ShareCursor", cancellationToken, Parameters.Array(NpgsqlDbType.Smallint, lanes), Parameters.Array(NpgsqlDbType.Bigint, bounds));

    public async Task NotifyAsync(string payload, CancellationToken cancellationToken)
    {
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        await ScalarAsync("Notify", cancellationToken,
            Parameters.Value(NpgsqlDbType.Text, identity.Channel), Parameters.Value(NpgsqlDbType.Text, payload)).ConfigureAwait(false);
    }

    public void Dispose() => Turnstile.Dispose();

    private async Task<object?> ScalarAsync(string statement, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        using var turn = await Turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await database.ScalarAsync(statement, cancellationToken, parameters).ConfigureAwait(false);
    }
}
