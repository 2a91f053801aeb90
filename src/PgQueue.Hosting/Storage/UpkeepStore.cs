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

    public Task CreatePartitionsAsync(CancellationToken cancellationToken) => database.ScalarAsync("CreatePartitions", cancellationToken);

    /// <returns>How many records of occurrences were dropped.</returns>
    public async Task<long> DropOccurrencesAsync(TimeSpan keep, CancellationToken cancellationToken) =>
        (long)(await database.ScalarAsync("DropOccurrences", cancellationToken, Parameters.Value(NpgsqlDbType.Interval, keep)).ConfigureAwait(false))!;

    /// <returns>How many links of retried jobs were dropped.</returns>
    public async Task<long> DropRetriesAsync(TimeSpan keep, CancellationToken cancellationToken) =>
        (long)(await database.ScalarAsync("DropRetries", cancellationToken, Parameters.Value(NpgsqlDbType.Interval, keep)).ConfigureAwait(false))!;

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

    /// <returns>The partitions dropped: at most one of jobs and one of attempts.</returns>
    public async Task<string[]> DropExpiredAsync(TimeSpan keep, CancellationToken cancellationToken) =>
        (string[])(await database.ScalarAsync("DropExpired", cancellationToken, Parameters.Value(NpgsqlDbType.Interval, keep)).ConfigureAwait(false))!;
}
