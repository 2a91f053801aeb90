using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Removes spent tombstones, keys and old lines of the operators' record, and recalls parked jobs of types that run again.</summary>
internal sealed class Janitor(UpkeepStore store, TimeProvider time, ILogger logger) : BackgroundLoop("janitor", time, logger, TimeSpan.FromMinutes(5))
{
    private const int AtOnce = 500;
    private static readonly TimeSpan AuditIsKept = TimeSpan.FromDays(90);

    protected override TimeSpan FirstWait => TimeSpan.FromSeconds(90);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        await store.RunJanitorAsync(cancellationToken).ConfigureAwait(false);
        // a job whose claim raced the resume was parked after the resume had recalled the others
        for (Guid? next = Guid.Empty; next is { } after;)
            (_, next) = await store.RecallResumedAsync(after, AtOnce, worker: null, cancellationToken).ConfigureAwait(false);
        while (await store.DropAuditAsync(AuditIsKept, cancellationToken).ConfigureAwait(false) > 0)
        {
            // ten thousand at a time
        }

        return TimeSpan.FromMinutes(3);
    }
}
