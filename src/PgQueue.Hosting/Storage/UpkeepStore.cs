using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>The statements of the maintenance chores.</summary>
internal sealed class UpkeepStore(QueueDatabase database)
{
    public Task SweepLeasesAsync(CancellationToken cancellationToken) => database.ScalarAsync("SweepLeases", cancellationToken);

    public Task RunJanitorAsync(CancellationToken cancellationToken) => database.ScalarAsync("RunJanitor", cancellationToken);

    /// <returns>How many rows of the counters were rolled up.</returns>
    public async Task<long> RollCountersAsync(CancellationToken cancellationToken) =>
        (long)(await database.ScalarAsync("RollCounters", cancellationToken).ConfigureAwait(false))!;

    public Task AnnounceRetentionAsync(IReadOnlyList<RetentionRow> rows, bool archive, CancellationToken cancellationToken) => database.ScalarAsync(
        "AnnounceRetention", cancellationToken,
        Parameters.Texts([.. rows.Select(r => r.Queue)]),
        Parameters.Array(NpgsqlDbType.Double, rows.Select(r => r.Succeeded).ToArray()),
        Parameters.Array(NpgsqlDbType.Double, rows.Select(r => r.Failed).ToArray()),
        Parameters.Value(NpgsqlDbType.Boolean, archive));

    public async Task CreatePartitionsAsync(CancellationToken cancellationToken)
    {
        await database.ScalarAsync("CreatePartitions", cancellationToken, Parameters.Texts(["job"])).ConfigureAwait(false);
        await database.ScalarAsync("CreatePartitions", cancellationToken, Parameters.Texts(["attempt"])).ConfigureAwait(false);
    }

    /// <returns>How many records of occurrences were dropped.</returns>
    public Task<long> DropOccurrencesAsync(CancellationToken cancellationToken) => CountAsync("DropOccurrences", cancellationToken);

    /// <returns>How many links of retried jobs were dropped.</returns>
    public Task<long> DropRetriesAsync(CancellationToken cancellationToken) => CountAsync("DropRetries", cancellationToken);

    /// <returns>How many lines of the operators' record were dropped.</returns>
    public async Task<long> DropAuditAsync(TimeSpan keep, CancellationToken cancellationToken) =>
        (long)(await database.ScalarAsync("DropAudit", cancellationToken, Parameters.Value(NpgsqlDbType.Interval, keep)).ConfigureAwait(false))!;

    /// <summary>Makes jobs ready that were parked for types that were resumed.</summary>
    /// <returns>How many; and where to go on, or null at the end.</returns>
    public async Task<(long Jobs, Guid? Next)> RecallResumedAsync(Guid after, int limit, Guid? worker, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(database.Sql["RecallResumed"], connection);
        command.Parameters.Add(Parameters.Uuid(after));
        command.Parameters.Add(Parameters.Value(NpgsqlDbType.Integer, limit));
        command.Parameters.Add(Parameters.Uuid(worker));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetGuid(1));
    }

    /// <summary>Drops or detaches the oldest partition that is past retention.</summary>
    public Task<UpkeepStep> TryDropExpiredAsync(CancellationToken cancellationToken) => TryAsync("DropExpired", cancellationToken);

    /// <summary>Makes one detached partition part of the archive.</summary>
    public Task<UpkeepStep> TryAttachDetachedAsync(CancellationToken cancellationToken) => TryAsync("AttachDetached", cancellationToken);

    /// <summary>Removes some thousand jobs from the default partitions whose own time is over.</summary>
    public Task<UpkeepStep> TrySweepKeptAsync(CancellationToken cancellationToken) => TryAsync("SweepKept", cancellationToken);

    private async Task<UpkeepStep> TryAsync(string statement, CancellationToken cancellationToken)
    {
        try
        {
            return new UpkeepStep((await database.ScalarAsync(statement, cancellationToken).ConfigureAwait(false)) as string);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return new UpkeepStep(null, WasLocked: true);
        }
    }

    private async Task<long> CountAsync(string statement, CancellationToken cancellationToken) =>
        await database.ScalarAsync(statement, cancellationToken).ConfigureAwait(false) as long? ?? 0;
}
