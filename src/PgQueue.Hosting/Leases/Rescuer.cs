using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Leases;

/// <summary>Takes over from workers whose lease has ended. Every process does it; there is no leader.</summary>
internal sealed class Rescuer(DueStore store, LeaseOptions options, Heartbeat heartbeat, Action<int, int> rescued, TimeProvider time, ILogger logger)
    : BackgroundLoop("rescuer", time, logger)
{
    private const int LeasesAtOnce = 100;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1.5);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!heartbeat.MayJudge)
            return Period;
        var (jobs, failed) = await store.RescueJobsAsync(LeasesAtOnce, options.MaxCrashes, heartbeat.Tenure?.Id ?? Guid.Empty, cancellationToken).ConfigureAwait(false);
        if (jobs == 0)
            return Period;
        Logger.JobsRescued(jobs, failed);
        rescued(jobs, failed);
        return TimeSpan.FromMilliseconds(20);
    }
}
