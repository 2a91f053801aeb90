using Dapper;

namespace PgQueue.Storage;

/// <summary>Pages of jobs.</summary>
internal sealed class JobSearch(QueueDatabase database)
{
    public async Task<IReadOnlyList<FoundJobRow>> FindAsync(JobFilter filter, PageKey after, int size, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<FoundJobRow>(
            new CommandDefinition(Statement(filter.State), Arguments(filter, after, size), cancellationToken: cancellationToken)).ConfigureAwait(false);
        return rows.AsList();
    }

    /// <summary>Counts what fits, as far as a limit.</summary>
    public async Task<int> CountAsync(JobFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var counting = string.Concat("select count(*)::int from (\n", Statement(filter.State), "\n) found");
        return await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(counting, Arguments(filter, default, limit), cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    public async Task<DateTime> ReadClockAsync(CancellationToken cancellationToken) =>
        (DateTime)(await database.ScalarAsync("ReadClock", cancellationToken).ConfigureAwait(false))!;

    public async Task<(Guid? RetriedAs, Guid? RetryOf)> ReadRetriesAsync(Guid job, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.QuerySingleAsync<(Guid?, Guid?)>(
            new CommandDefinition(database.Sql["ReadRetries"], new { id = job }, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    private static object Arguments(JobFilter filter, PageKey after, int size)
    {
        var prefix = filter.Type?.EndsWith('*') == true ? filter.Type[..^1] : null;
        return new
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
