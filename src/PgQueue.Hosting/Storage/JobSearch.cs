using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Pages of jobs, and acts on many of them.</summary>
internal sealed class JobSearch(QueueDatabase database)
{
    public async Task<IReadOnlyList<FoundJobRow>> FindAsync(JobFilter filter, PageKey after, int size, CancellationToken cancellationToken)
    {
        var prefix = filter.Type?.EndsWith('*') == true ? filter.Type[..^1] : null;
        var arguments = new
        {
            queue = filter.Queue,
            type = prefix is null ? filter.Type : null,
            prefix,
            since = filter.Since?.UtcDateTime,
            until = filter.Until?.UtcDateTime,
            error = filter.Error,
            outcome = (short)Outcome(filter.State),
            succeeded = filter.State == JobState.Succeeded,
            seq = after.Seq,
            at = after.At,
            id = after.Id,
            size,
        };
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<FoundJobRow>(
            new CommandDefinition(Statement(filter.State), arguments, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return rows.AsList();
    }

    /// <returns>For each job what was done and which job runs.</returns>
    public async Task<List<RetryResult>> RetryAsync(Guid[] jobs, Guid? worker, CancellationToken cancellationToken)
    {
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["RetryJobs"], connection);
        command.Parameters.Add(Parameters.Uuid(identity.Instance));
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, jobs));
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, Array.ConvertAll(jobs, static _ => Guid.CreateVersion7())));
        command.Parameters.Add(Parameters.Uuid(worker));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var results = new List<RetryResult>(jobs.Length);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            results.Add(new RetryResult(reader.GetGuid(0), (RetryOutcome)reader.GetInt16(1), reader.IsDBNull(2) ? null : reader.GetGuid(2)));
        return results;
    }

    /// <returns>How many had not finished and are asked to end.</returns>
    public async Task<int> EndAsync(Guid[] jobs, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["EndPending"], connection);
        command.Parameters.Add(Parameters.Array(NpgsqlDbType.Uuid, jobs));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Smallint, (short)AttemptOutcome.Cancelled));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Text, reason));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var ended = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            if (!reader.IsDBNull(0))
                ended++;
        return ended;
    }

    public async Task<DateTime> ReadClockAsync(CancellationToken cancellationToken) =>
        (DateTime)(await database.ScalarAsync("ReadClock", cancellationToken).ConfigureAwait(false))!;

    public async Task<(Guid? RetriedAs, Guid? RetryOf)> ReadRetriesAsync(Guid job, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.QuerySingleAsync<(Guid?, Guid?)>(
            new CommandDefinition(database.Sql["ReadRetries"], new { id = job }, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    private static AttemptOutcome Outcome(JobState? state) => state switch
    {
        JobState.Cancelled => AttemptOutcome.Cancelled,
        JobState.Superseded => AttemptOutcome.Superseded,
        _ => AttemptOutcome.Failed,
    };

    private string Statement(JobState? state) => state switch
    {
        JobState.Ready => database.Sql["FindReady"],
        JobState.Scheduled => database.Sql["FindScheduled"],
        JobState.Running => database.Sql["FindRunning"],
        JobState.Failed or JobState.Cancelled or JobState.Superseded => database.Sql["FindEnded"],
        _ => database.Sql["FindJobs"],
    };
}
