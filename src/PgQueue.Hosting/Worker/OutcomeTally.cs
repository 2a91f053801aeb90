using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Counts outcomes once the database has taken or refused them, by the same reading of its reply as <see cref="Settler"/>'s.</summary>
internal sealed class OutcomeTally(WorkerParts parts)
{
    public void Settled(SettleBatch batch, SettleReply reply)
    {
        if (!parts.Metrics.CountsFinished)
            return;
        foreach (var outcome in batch.Outcomes)
        {
            if (reply.Busy.Contains(outcome.Job.LeaseId))
                continue;
            var queue = parts.Lanes.Find(outcome.Job.Lane)?.Queue ?? "";
            var route = parts.Executor.RouteOf(outcome.Job.Type);
            if (reply.Settled.Contains(outcome.Job.LeaseId) || (batch.Recheck && !outcome.InTransaction))
                parts.Metrics.Finished(queue, route, outcome.Outcome);
            else if (outcome.InTransaction)
                parts.Metrics.Finished(queue, route, AttemptOutcome.Succeeded);
            else
                parts.Metrics.Refused(queue, route);
        }
    }
}
