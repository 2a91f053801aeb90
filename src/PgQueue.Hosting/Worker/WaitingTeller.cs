using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Tells the database for which queues this process is idle and wants notifications, and shares the claim cursor with processes to come.</summary>
internal sealed class WaitingTeller(WorkerParts parts, DueStore store, Func<bool> notified, Action wake) : BackgroundLoop("waiting teller", parts.Time, parts.Logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private Guid _told;

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (parts.Heartbeat.Tenure is not { IsLive: true } tenure)
            return Period;
        if (tenure.Id != _told)
            foreach (var feed in parts.Feeds)
                feed.Switched(isWaiting: false);
        _told = tenure.Id;
        QueueFeed[] switching = notified() ? [.. parts.Feeds.Where(f => f.ShouldSwitch())] : [];
        if (switching.Length > 0)
        {
            string[] waiting = [.. parts.Feeds.Where(f => switching.Contains(f) != f.IsWaiting).Select(f => f.Runner.Name)];
            await store.SetWaitingAsync(tenure.Id, waiting, cancellationToken).ConfigureAwait(false);
            foreach (var feed in switching)
                feed.Switched(!feed.IsWaiting);
            wake();
        }

        if (parts.Cursor.ToShare() is { } share)
            await store.ShareCursorAsync(share.Lanes, share.Bounds, cancellationToken).ConfigureAwait(false);
        return Period;
    }
}
