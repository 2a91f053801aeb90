using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Takes claimed jobs in: past the gate, to their handlers, or straight to an outcome.</summary>
internal sealed class ClaimIntake(WorkerParts parts, OutcomeBox box, PumpConnection connection, Func<bool> notified)
{
    private const short Busy = 0;
    private const short Run = 1;
    private static readonly TimeSpan WhileBusy = TimeSpan.FromSeconds(1);

    public async Task TakeAsync(Tenure tenure, PlannedClaim claim, List<ClaimedJob> jobs)
    {
        parts.Cursor.Claimed(jobs);
        claim.Feed?.Looked(jobs.Count, claim.Limit, notified());
        if (jobs.Count == 0)
            return;
        var verdicts = await GateAsync(jobs).ConfigureAwait(false);
        var items = new List<WorkItem>(jobs.Count);
        List<WorkItem>? suspects = null;
        var now = parts.Time.GetTimestamp();
        foreach (var job in jobs)
        {
            if (Refusal(job, verdicts) is { } refused)
            {
                box.Post(refused);
                continue;
            }

            if (parts.Executor.Admit(job, out var refusal) is not { } route)
                box.Post(refusal);
            else if (job.IsSuspect)
                (suspects ??= []).Add(new WorkItem(job, tenure, route, box) { ClaimedAt = now });
            else
                items.Add(new WorkItem(job, tenure, route, box) { ClaimedAt = now });
        }

        if (suspects is not null)
            Isolate(suspects);
        if (items.Count > 0)
            (claim.Feed ?? FeedOf(items[0].Job)).Runner.Add(items);
    }

    /// <summary>Verdicts of the keyed jobs among them; null if the gate could not be asked.</summary>
    private async Task<Dictionary<Guid, short>?> GateAsync(List<ClaimedJob> jobs)
    {
        Guid[] gated = [.. jobs.Where(j => j is { Gate: true, Tomb: 0 }).Select(j => j.Id)];
        if (gated.Length == 0)
            return [];
        try
        {
            return await connection.GateAsync(gated, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            parts.Logger.PumpFailed(e);
            return null;
        }
    }

    private static JobOutcome? Refusal(ClaimedJob job, Dictionary<Guid, short>? verdicts)
    {
        if (!job.Gate || job.Tomb != 0)
            return null;
        if (verdicts is null)
            return new JobOutcome(job, AttemptOutcome.Released);
        return verdicts.GetValueOrDefault(job.Id, Run) switch
        {
            Run => null,
            Busy => new JobOutcome(job, AttemptOutcome.Snoozed, Delay: WhileBusy),
            var verdict => new JobOutcome(job, (AttemptOutcome)verdict, HadTombstone: true),
        };
    }

    private void Isolate(List<WorkItem> suspects)
    {
        foreach (var refused in parts.Suspects.Admit(suspects, i => FeedOf(i.Job).Runner.Add([i])))
            refused.Finish(new JobOutcome(refused.Job, AttemptOutcome.Released));
    }

    private QueueFeed FeedOf(ClaimedJob job)
    {
        var queue = parts.Lanes.Find(job.Lane)?.Queue;
        return parts.Feeds.First(f => string.Equals(f.Runner.Name, queue, StringComparison.Ordinal));
    }
}
