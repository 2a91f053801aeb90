using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>What operators do to jobs, queues and types, each act in one transaction with its line in the record.</summary>
internal sealed class ActStore(QueueDatabase database)
{
    /// <summary>Writes the line of an act on many, whose count each batch then raises.</summary>
    public async Task<ActNote> BeginAsync(ActNote note, CancellationToken cancellationToken) =>
        note with { Line = (long)(await database.ScalarAsync("BeginAct", cancellationToken, Of(note)).ConfigureAwait(false))! };

    /// <returns>For each job what was done and which job runs.</returns>
    public async Task<List<RetryResult>> RetryAsync(Guid[] jobs, Guid? worker, ActNote note, CancellationToken cancellationToken)
    {
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["RetryJobs"], connection);
        command.Parameters.Add(Parameters.Uuid(identity.Instance));
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, jobs));
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, Array.ConvertAll(jobs, static _ => Guid.CreateVersion7())));
        command.Parameters.Add(Parameters.Uuid(worker));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Bigint, note.Line));
        command.Parameters.AddRange(Of(note)[..3]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var results = new List<RetryResult>(jobs.Length);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            results.Add(new RetryResult(reader.GetGuid(0), (RetryOutcome)reader.GetInt16(1), reader.IsDBNull(2) ? null : reader.GetGuid(2)));
        return results;
    }

    public async Task<List<ActResult>> EndAsync(JobBatch jobs, AttemptOutcome outcome, string why, ActNote note, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["EndJobs"], connection);
        jobs.AddTo(command.Parameters);
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Smallint, (short)outcome));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Text, why));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Bigint, note.Line));
        command.Parameters.AddRange(Of(note));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var results = new List<ActResult>(jobs.Ids.Length);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            results.Add(new ActResult(reader.GetGuid(0), (ActOutcome)reader.GetInt16(1)));
        return results;
    }

    public async Task<ActOutcome> MoveAsync(Guid job, JobMove move, Guid? worker, ActNote note, CancellationToken cancellationToken) =>
        (ActOutcome)(short)(await database.ScalarAsync(
            "MoveJob", cancellationToken, [Parameters.Uuid(job), .. Of(move), Parameters.Uuid(worker), .. Of(note)[..3]]).ConfigureAwait(false))!;

    /// <returns>How many were moved.</returns>
    public async Task<int> MoveAsync(JobBatch jobs, JobMove move, Guid? worker, ActNote note, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["MoveJobs"], connection);
        jobs.AddTo(command.Parameters);
        command.Parameters.AddRange(Of(move));
        command.Parameters.Add(Parameters.Uuid(worker));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Bigint, note.Line));
        return (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <returns>Whether it changed.</returns>
    public async Task<bool> PauseAsync(PauseKind kind, string name, string? reason, string actor, CancellationToken cancellationToken) =>
        (bool)(await database.ScalarAsync(
            "PauseWork", cancellationToken, Parameters.Value(NpgsqlDbType.Smallint, (short)kind), Parameters.Value(NpgsqlDbType.Text, name),
            Parameters.Value(NpgsqlDbType.Text, reason), Parameters.Value(NpgsqlDbType.Text, actor)).ConfigureAwait(false))!;

    /// <returns>Whether it changed.</returns>
    public async Task<bool> ResumeAsync(PauseKind kind, string name, string actor, CancellationToken cancellationToken) =>
        (bool)(await database.ScalarAsync(
            "ResumeWork", cancellationToken, Parameters.Value(NpgsqlDbType.Smallint, (short)kind), Parameters.Value(NpgsqlDbType.Text, name),
            Parameters.Value(NpgsqlDbType.Text, actor)).ConfigureAwait(false))!;

    public async Task<IReadOnlyList<PauseRow>> ReadPausesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<PauseRow>(
            new CommandDefinition(database.Sql["ReadPauses"], cancellationToken: cancellationToken)).ConfigureAwait(false);
        return rows.AsList();
    }

    public async Task<IReadOnlyList<AuditRow>> ReadAuditAsync(long? after, int size, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<AuditRow>(
            new CommandDefinition(database.Sql["ReadAudit"], new { after, size }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return rows.AsList();
    }

    private static NpgsqlParameter[] Of(ActNote note) =>
    [
        Parameters.Value(NpgsqlDbType.Text, note.Actor), Parameters.Value(NpgsqlDbType.Text, note.Act), Parameters.Value(NpgsqlDbType.Text, note.Target),
        Parameters.Value(NpgsqlDbType.Text, note.Reason),
    ];

    private static NpgsqlParameter[] Of(JobMove move) =>
        [Parameters.Value(NpgsqlDbType.TimestampTz, move.RunAt), Parameters.Value(NpgsqlDbType.Smallint, move.Priority)];
}
