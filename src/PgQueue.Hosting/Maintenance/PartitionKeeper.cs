using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Makes the partitions of the near future and drops those past retention.</summary>
internal sealed class PartitionKeeper(UpkeepStore store, RetentionOptions options, TimeProvider time, ILogger logger)
    : BackgroundLoop("partition keeper", time, logger, TimeSpan.FromMinutes(30))
{
    protected override TimeSpan FirstWait => TimeSpan.FromSeconds(30);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await store.CreatePartitionsAsync(cancellationToken).ConfigureAwait(false);
        if (options.History == Timeout.InfiniteTimeSpan)
            return TimeSpan.FromHours(1);
        while (await store.DropOccurrencesAsync(options.History, cancellationToken).ConfigureAwait(false)
            + await store.DropRetriesAsync(options.History, cancellationToken).ConfigureAwait(false) > 0)
        {
            // ten thousand at a time
        }

        var dropped = await store.DropExpiredAsync(options.History, cancellationToken).ConfigureAwait(false);
        if (dropped.Length == 0)
            return TimeSpan.FromHours(1);
        Logger.PartitionsDropped(string.Join(", ", dropped));
        return TimeSpan.FromSeconds(5);
    }
}
