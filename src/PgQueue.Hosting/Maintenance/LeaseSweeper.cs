using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Removes leases in which nothing is open, whoever left them.</summary>
internal sealed class LeaseSweeper(UpkeepStore store, TimeProvider time, ILogger logger) : BackgroundLoop("lease sweeper", time, logger)
{
    protected override TimeSpan FirstWait => TimeSpan.FromSeconds(60);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await store.SweepLeasesAsync(cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromMinutes(1);
    }
}
