using Dapper;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Defines, lists and steers schedules.</summary>
internal sealed class ScheduleChanges(QueueDatabase database, LaneCatalog lanes)
{
    /// <param name="definition">What to store.</param>
    /// <param name="owner">Who says so.</param>
    /// <param name="expected">The revision of the row to change; 0 to add one.</param>
    /// <param name="anchor">From where <c>@every</c> counts.</param>
    /// <param name="next">The next occurrence.</param>
    /// <param name="seenNext">The next occurrence of the row to change, as seen.</param>
    /// <param name="keepsNext">The time does not change: the row keeps its own next occurrence, whatever was fired meanwhile.</param>
    /// <param name="actor">In whose name it is recorded; null for code and configuration, which are not.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was stored; false if somebody changed it meanwhile.</returns>
    public async Task<bool> DefineAsync(
        ScheduleDefinition definition, ScheduleSource owner, long expected, DateTime anchor, DateTime? next, DateTime? seenNext, bool keepsNext, string? actor,
        CancellationToken cancellationToken)
    {
        var lane = await lanes.EnsureAsync(definition.Queue, definition.Priority, cancellationToken).ConfigureAwait(false);
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        return await database.ScalarAsync(
            "DefineSchedule", cancellationToken,
            Parameters.Uuid(identity.Instance),
            Parameters.Value(NpgsqlDbType.Text, definition.Name),
            Parameters.Value(NpgsqlDbType.Bigint, expected),
            Parameters.Value(NpgsqlDbType.Smallint, (short)owner),
            Parameters.Value(NpgsqlDbType.Bigint, definition.Digest()),
            Parameters.Value(NpgsqlDbType.Text, definition.Cron),
            Parameters.Value(NpgsqlDbType.Text, definition.TimeZone),
            Parameters.Value(NpgsqlDbType.Smallint, (short)definition.Gap),
            Parameters.Value(NpgsqlDbType.Smallint, (short)definition.Overlap),
            Parameters.Value(NpgsqlDbType.Text, definition.Missed.ToString()),
            Parameters.Value(NpgsqlDbType.Smallint, (short)definition.WhenRunning),
            Parameters.Value(NpgsqlDbType.Boolean, definition.Enabled),
            Parameters.Value(NpgsqlDbType.Text, definition.Type),
            Parameters.Value(NpgsqlDbType.Smallint, lane),
            Parameters.Value(NpgsqlDbType.Smallint, definition.MaxAttempts),
            Parameters.Value(NpgsqlDbType.Integer, definition.TimeoutMs),
            Parameters.Value(NpgsqlDbType.Json, definition.Headers),
            Parameters.Value(NpgsqlDbType.Json, definition.Payload),
            Parameters.Value(NpgsqlDbType.TimestampTz, anchor),
            Parameters.Value(NpgsqlDbType.TimestampTz, next),
            Parameters.Value(NpgsqlDbType.TimestampTz, seenNext),
            Parameters.Value(NpgsqlDbType.Boolean, keepsNext),
            Parameters.Value(NpgsqlDbType.Text, actor)).ConfigureAwait(false) is long;
    }

    /// <returns>Whether it was done; false if somebody changed the schedule meanwhile.</returns>
    public async Task<bool> PauseAsync(string name, long expected, bool paused, DateTime? next, string actor, CancellationToken cancellationToken) =>
        await database.ScalarAsync(
            "PauseSchedule", cancellationToken, Parameters.Value(NpgsqlDbType.Text, name), Parameters.Value(NpgsqlDbType.Bigint, expected),
            Parameters.Value(NpgsqlDbType.Boolean, paused), Parameters.Value(NpgsqlDbType.TimestampTz, next),
            Parameters.Value(NpgsqlDbType.Text, actor)).ConfigureAwait(false) is long;

    /// <returns>1 removed, 0 there is none, 2 a live process defines it.</returns>
    public async Task<short> RemoveAsync(string name, string actor, CancellationToken cancellationToken) =>
        (short)(await database.ScalarAsync(
            "RemoveSchedule", cancellationToken, Parameters.Value(NpgsqlDbType.Text, name), Parameters.Value(NpgsqlDbType.Text, actor)).ConfigureAwait(false))!;

    /// <returns>The job, whether it is new, and its lane; null if there is no such schedule.</returns>
    public async Task<(Guid Job, bool IsNew, short Lane)?> TriggerAsync(
        string name, Guid jobId, byte[]? headers, Guid? worker, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new Npgsql.NpgsqlCommand(database.Sql["TriggerSchedule"], connection);
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Text, name));
        command.Parameters.Add(Parameters.Uuid(jobId));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Json, headers));
        command.Parameters.Add(Parameters.Uuid(worker));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Text, actor));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && !reader.IsDBNull(0)
            ? (reader.GetGuid(0), reader.GetBoolean(1), reader.GetInt16(2))
            : null;
    }

    /// <summary>Records an act that changed nothing.</summary>
    public Task<object?> NoteAsync(string name, string act, string actor, CancellationToken cancellationToken) =>
        database.ScalarAsync(
            "BeginAct", cancellationToken, Parameters.Value(NpgsqlDbType.Text, actor), Parameters.Value(NpgsqlDbType.Text, act),
            Parameters.Value(NpgsqlDbType.Text, name), Parameters.Value(NpgsqlDbType.Text, null));

    /// <param name="name">One schedule; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ScheduleListRow>> ListAsync(string? name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await database.ReadAsync(statement => connection.QueryAsync<ScheduleListRow>(
            new CommandDefinition(statement("ListSchedules"), new { name }, cancellationToken: cancellationToken))).ConfigureAwait(false);
        return rows.AsList();
    }

    /// <summary>What a change must know of the schedule as it stands.</summary>
    public async Task<ScheduleTimingRow> ReadTimingAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.QuerySingleAsync<ScheduleTimingRow>(
            new CommandDefinition(database.Sql["ReadScheduleTiming"], new { name }, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }
}
