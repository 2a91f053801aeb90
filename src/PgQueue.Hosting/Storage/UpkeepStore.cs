using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>The statements of the maintenance chores.</summary>
internal sealed class UpkeepStore(QueueDatabase database)
{
    public Task SweepLeasesAsync(CancellationToken cancellationToken) => database.ScalarAsync("SweepLeases", cancellationToken);

    public Task RunJanitorAsync(CancellationToken cancellationToken) => database.ScalarAsync("RunJanitor", cancellationToken);

    public Task AnnounceRetentionAsync(IReadOnlyList<RetentionRow> rows, bool archive, CancellationToken cancellationToken) => database.ScalarAsync(
        "AnnounceRetention", cancellationToken,
        Parameters.Texts([.. rows.Select(r => r.Queue)]),
        Parameters.Array(NpgsqlDbType.Double, rows.Select(r => r.Succeeded).ToArray()),
        Parameters.Array(NpgsqlDbType.Double, rows.Select(r => r.Failed).ToArray()),
        Parameters.Value(NpgsqlDbType.Boolean, archive));

    public Task CreatePartitionsAsync(CancellationToken cancellationToken) => database.ScalarAsync("CreatePartitions", cancellationToken);

    /// <returns>How many records of occurrences were dropped.</returns>
    public Task<long> DropOccurrencesAsync(CancellationToken cancellationToken) => CountAsync("DropOccurrences", cancellationToken);

    /// <returns>How many links of retried jobs were dropped.</returns>
    public Task<long> DropRetriesAsync(CancellationToken cancellationToken) => CountAsync("DropRetries", cancellationToken);

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
