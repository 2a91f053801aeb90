using System.Data.Common;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Reads and fires schedules: what the loop of a worker process needs. Takes turns on the loops' one connection.</summary>
internal sealed class ScheduleStore(QueueDatabase database, Turnstile turnstile)
{
    /// <param name="since">The version known; -1 for all.</param>
    /// <param name="worker">This process's worker, which does not count as backing a definition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ScheduleRows> ReadAsync(long since, Guid worker, CancellationToken cancellationToken)
    {
        using var turn = await turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var head = await connection.QuerySingleAsync<(long Version, DateTime Now)>(
            new CommandDefinition(database.Sql["ReadScheduleVersion"], cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (head.Version == since)
            return new ScheduleRows(head.Version, head.Now, []);
        // a change between the two statements is read now and again by the next call, which asks from the version before it
        var rows = await connection.QueryAsync<ScheduleRow>(
            new CommandDefinition(database.Sql["ReadSchedules"], new { since, worker }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new ScheduleRows(head.Version, head.Now, rows.AsList());
    }

    public async Task AnnounceAsync(Guid worker, long[] digests, CancellationToken cancellationToken)
    {
        using var turn = await turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        await database.ScalarAsync(
            "AnnounceSchedules", cancellationToken, Parameters.Uuid(worker), Parameters.Array(NpgsqlDbType.Bigint, digests)).ConfigureAwait(false);
    }

    public async Task<List<FireReply>> FireAsync(IReadOnlyList<FireRequest> requests, DateTime planned, Guid worker, CancellationToken cancellationToken)
    {
        var runs = requests.SelectMany(r => r.Runs.Select(run => (r.Name, Run: run))).ToList();
        using var turn = await turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await FireAsync(
            "FireSchedules", cancellationToken,
            Parameters.Texts([.. requests.Select(r => r.Name)]),
            Parameters.Array(NpgsqlDbType.Bigint, requests.Select(r => r.Revision).ToArray()),
            Parameters.Array(NpgsqlDbType.TimestampTz, requests.Select(r => r.Due).ToArray()),
            Parameters.Array(NpgsqlDbType.TimestampTz, requests.Select(r => r.Next).ToArray()),
            Parameters.Texts([.. runs.Select(r => r.Name)]),
            Parameters.Array(NpgsqlDbType.TimestampTz, runs.Select(r => r.Run.At).ToArray()),
            Parameters.Array(NpgsqlDbType.TimestampTz, runs.Select(r => r.Run.MissedSince).ToArray()),
            Parameters.Array(NpgsqlDbType.Uuid, runs.Select(r => r.Run.JobId).ToArray()),
            Parameters.Array(NpgsqlDbType.Json, runs.Select(r => r.Run.Headers).ToArray()),
            Parameters.Uuid(worker),
            Parameters.Value(NpgsqlDbType.TimestampTz, planned)).ConfigureAwait(false);
    }

    /// <summary>Runs occurrences that waited for the run before them, where that has ended.</summary>
    public async Task<List<FireReply>> FireWaitingAsync(IReadOnlyList<(string Name, OccurrenceRun Run)> waiting, Guid worker, CancellationToken cancellationToken)
    {
        using var turn = await turnstile.EnterAsync(cancellationToken).ConfigureAwait(false);
        return await FireAsync(
            "FireWaiting", cancellationToken,
            Parameters.Texts([.. waiting.Select(w => w.Name)]),
            Parameters.Array(NpgsqlDbType.TimestampTz, waiting.Select(w => w.Run.At).ToArray()),
            Parameters.Array(NpgsqlDbType.Uuid, waiting.Select(w => w.Run.JobId).ToArray()),
            Parameters.Array(NpgsqlDbType.Json, waiting.Select(w => w.Run.Headers).ToArray()),
            Parameters.Uuid(worker)).ConfigureAwait(false);
    }

    private async Task<List<FireReply>> FireAsync(string statement, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql[statement], connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var replies = new List<FireReply>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            replies.Add(new FireReply(
                reader.GetString(0), reader.GetInt64(1), Instant(reader, 2), Instant(reader, 3), Instant(reader, 4), reader.GetBoolean(5), reader.GetInt32(6),
                reader.GetInt16(7), reader.GetDateTime(8)));
        }

        return replies;
    }

    private static DateTime? Instant(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);
}
