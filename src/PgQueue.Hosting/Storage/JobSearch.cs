using Dapper;

namespace PgQueue.Storage;

/// <summary>Pages of jobs.</summary>
internal sealed class JobSearch(QueueDatabase database)
{
    public async Task<IReadOnlyList<FoundJobRow>> FindAsync(JobFilter filter, PageKey after, int size, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        Task<IEnumerable<FoundJobRow>> QueryAsync(Func<string, string> statement) => connection.QueryAsync<FoundJobRow>(
            new CommandDefinition(statement(Statement(filter.State)), Arguments(filter, after, size), cancellationToken: cancellationToken));

        // who may not see the errors finds nothing by them, and is told so
        var rows = filter.Error is null ? await database.ReadAsync(QueryAsync).ConfigureAwait(false) : await QueryAsync(name => database.Sql[name]).ConfigureAwait(false);
        return rows.AsList();
    }

    /// <summary>Counts what fits, as far as a limit.</summary>
    public async Task<int> CountAsync(JobFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        Task<int> QueryAsync(Func<string, string> statement) => connection.ExecuteScalarAsync<int>(new CommandDefinition(
            string.Concat("select count(*)::int from (\n", statement(Statement(filter.State)), "\n) found"), Arguments(filter, default, limit), cancellationToken: cancellationToken));

        return filter.Error is null ? await database.ReadAsync(QueryAsync).ConfigureAwait(false) : await QueryAsync(name => database.Sql[name]).ConfigureAwait(false);
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

    private static string Statement(JobState? state) => state switch
    {
        JobState.Ready => "FindReady",
        JobState.Scheduled => "FindScheduled",
        JobState.Running => "FindRunning",
        JobState.Failed or JobState.Cancelled or JobState.Superseded => "FindEnded",
        _ => "FindJobs",
    };
}
