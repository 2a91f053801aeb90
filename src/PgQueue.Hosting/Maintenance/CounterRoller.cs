using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Rolls the counters up, in batches of a transaction each until nothing is left.</summary>
internal sealed class CounterRoller(UpkeepStore store, TimeProvider time, ILogger logger) : BackgroundLoop("counter roll-up", time, logger, TimeSpan.FromMinutes(5))
{
    private const long Batch = 10_000;

    protected override TimeSpan FirstWait => TimeSpan.FromSeconds(20);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await store.RollCountersAsync(cancellationToken).ConfigureAwait(false) >= Batch)
        {
            // the next batch is a transaction of its own
        }

        return TimeSpan.FromSeconds(30);
    }
}
