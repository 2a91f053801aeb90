using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Removes spent tombstones and keys.</summary>
internal sealed class Janitor(UpkeepStore store, TimeProvider time, ILogger logger) : BackgroundLoop("janitor", time, logger, TimeSpan.FromMinutes(5))
{
    protected override TimeSpan FirstWait => TimeSpan.FromSeconds(90);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await store.RunJanitorAsync(cancellationToken).ConfigureAwait(false);
        return TimeSpan.FromMinutes(3);
    }
}
