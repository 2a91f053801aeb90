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

    /// <returns>The partitions dropped: at most one of jobs and one of attempts.</returns>
    public async Task<string[]> DropExpiredAsync(TimeSpan keep, CancellationToken cancellationToken) =>
        (string[])(await database.ScalarAsync("DropExpired", cancellationToken, Parameters.Value(NpgsqlDbType.Interval, keep)).ConfigureAwait(false))!;
}
