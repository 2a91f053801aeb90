using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Makes the partitions of the near future, and drops or archives what is past retention.</summary>
internal sealed class PartitionKeeper(UpkeepStore store, PgQueueOptions options, TimeProvider time, ILogger logger)
    : BackgroundLoop("partition keeper", time, logger, TimeSpan.FromMinutes(30))
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    // a try holds others up for as long as it waits for its lock, so they are far apart
    private static readonly TimeSpan LockedWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan WorthTelling = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<RetentionRow> _rows = RetentionNotice.Rows(options);
    private long? _lockedSince;
    private bool _told;

    protected override TimeSpan FirstWait => TimeSpan.FromSeconds(2);

    /// <summary>Half a partition, which is a quarter of what succeeded jobs are kept for.</summary>
    private TimeSpan Rhythm => options.Retention.Succeeded == Timeout.InfiniteTimeSpan
        ? LongestWait
        : TimeSpan.FromTicks(Math.Clamp((options.Retention.Succeeded / 8).Ticks, ShortestWait.Ticks, LongestWait.Ticks));

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await store.AnnounceRetentionAsync(_rows, options.Retention.Strategy == RetentionStrategy.Archive, cancellationToken).ConfigureAwait(false);
        await store.CreatePartitionsAsync(cancellationToken).ConfigureAwait(false);
        while (await store.DropOccurrencesAsync(cancellationToken).ConfigureAwait(false) + await store.DropRetriesAsync(cancellationToken).ConfigureAwait(false) > 0)
        {
            // ten thousand at a time
        }

        var done = new List<string>();
        var free = await GatherAsync(done, store.TryDropExpiredAsync, cancellationToken).ConfigureAwait(false);
        if (done.Count > 0)
            Logger.PartitionsDropped(string.Join(", ", done));
        free &= await GatherAsync([], store.TryAttachDetachedAsync, cancellationToken).ConfigureAwait(false);
        free &= await GatherAsync([], store.TrySweepKeptAsync, cancellationToken).ConfigureAwait(false);
        Note(free);
        return free ? Rhythm : LockedWait;
    }

    private void Note(bool free)
    {
        if (free)
        {
            (_lockedSince, _told) = (null, false);
            return;
        }

        _lockedSince ??= Time.GetTimestamp();
        if (_told || Time.GetElapsedTime(_lockedSince.Value) < WorthTelling)
            return;
        Logger.RetentionHeldUp(Time.GetElapsedTime(_lockedSince.Value));
        _told = true;
    }

    /// <returns>False if somebody's lock was in the way.</returns>
    private static async Task<bool> GatherAsync(
        List<string> done, Func<CancellationToken, Task<UpkeepStep>> step, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await step(cancellationToken).ConfigureAwait(false);
            if (next.Did is null)
                return !next.WasLocked;
            done.Add(next.Did);
        }
    }
}
