using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Follows outcomes from the first send until they are known to be settled or refused.</summary>
internal sealed class Settler(OutcomeBox box, LeaseBook book, Suspects suspects, Action<TimeSpan> scheduled, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(100);
    private const long MostBytes = 16 * 1024 * 1024;
    private const string UnstorableResult = "The result could not be stored.";
    private const string UnstorableError = "The error's text could not be stored.";
    private readonly List<JobOutcome> _unknown = [];
    private readonly List<JobOutcome> _busy = [];
    private long _busySince;
    private int _taking = int.MaxValue;

    public bool IsEmpty => _unknown.Count == 0 && _busy.Count == 0;

    /// <summary>When outcomes whose leases were busy, or whose fate is unknown, go out again; null for none.</summary>
    public TimeSpan? DueIn
    {
        get
        {
            if (IsEmpty)
                return null;
            var left = BusyPause - time.GetElapsedTime(_busySince);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void ReturnDelayed()
    {
        if (_busy.Count == 0 || DueIn != TimeSpan.Zero)
            return;
        box.Return(_busy);
        _busy.Clear();
    }

    /// <summary>What is in the box, as one flush.</summary>
    public SettleBatch? Take(Guid worker, bool everything)
    {
        var outcomes = box.Take(everything);
        if (outcomes.Count > _taking)
        {
            box.Return(outcomes[_taking..]);
            outcomes.RemoveRange(_taking, outcomes.Count - _taking);
        }

        ReturnBulk(outcomes);

        return outcomes.Count == 0 ? null : SettleBatch.Make(worker, outcomes, book.Open, recheck: false);
    }

    /// <summary>A statement has its limits: what is beyond some megabytes of results goes with the next.</summary>
    private void ReturnBulk(List<JobOutcome> outcomes)
    {
        var bytes = 0L;
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Output is not { } output || (bytes += output.Bytes) <= MostBytes || i == 0)
                continue;
            box.Return(outcomes[i..]);
            outcomes.RemoveRange(i, outcomes.Count - i);
            return;
        }
    }

    /// <summary>What was sent and may or may not have been taken.</summary>
    public SettleBatch? TakeUnknown(Guid worker)
    {
        if (_unknown.Count == 0 || DueIn != TimeSpan.Zero)
            return null;
        JobOutcome[] outcomes = [.. _unknown];
        _unknown.Clear();
        return SettleBatch.Make(worker, outcomes, book.Open, recheck: true);
    }

    public void Settled(SettleBatch batch, SettleReply reply)
    {
        _taking = int.MaxValue;
        List<JobOutcome>? fenced = null;
        TimeSpan? soonest = null;
        foreach (var outcome in batch.Outcomes)
        {
            var lease = outcome.Job.LeaseId;
            if (reply.Busy.Contains(lease))
            {
                // busy may mean that the first send still runs: it stays unknown, for without a check it would be settled twice
                (batch.Recheck ? _unknown : _busy).Add(outcome);
                _busySince = time.GetTimestamp();
                continue;
            }

            if (reply.Settled.Contains(lease))
            {
                book.Settle(lease, 1);
                if (outcome.IsScheduled && !(soonest < outcome.Delay))
                    soonest = outcome.Delay;
            }
            else
            {
                book.Drop(lease);
                // after an unknown send "gone" may mean accepted; after a completion in a transaction it means committed
                if (!batch.Recheck && !outcome.InTransaction)
                    (fenced ??= []).Add(outcome);
                else if (!batch.Recheck && outcome.Besides is { } besides)
                    logger.CompletedBefore(outcome.Job.Id, outcome.Job.Type!, besides);
            }

            if (outcome.Job.IsSuspect)
                suspects.Finished(outcome.Job.Id);
        }

        foreach (var lease in reply.Removed)
            book.Drop(lease);
        if (soonest is { } delay)
            scheduled(delay);
        if (fenced is not null)
            logger.OutcomesFenced(fenced.Count, fenced[0].Job.Id);
    }

    /// <summary>A send that threw.</summary>
    public void Failed(SettleBatch batch, Exception exception)
    {
        if (batch.Recheck)
        {
            _unknown.AddRange(batch.Outcomes);
            return;
        }

        switch (StorageErrors.Classify(exception, sent: true))
        {
            case CommitOutcome.Unknown:
                _unknown.AddRange(batch.Outcomes);
                break;
            case CommitOutcome.Refused when !StorageErrors.IsWorkerDead(exception):
                Halve(batch, exception);
                break;
            default:
                box.Return(batch.Outcomes);
                break;
        }
    }

    /// <summary>One bad row must not hold its neighbours up: smaller and smaller flushes find it, and it goes out with a plain text.</summary>
    private void Halve(SettleBatch batch, Exception exception)
    {
        _taking = Math.Max(1, batch.Outcomes.Count / 2);
        if (batch.Outcomes.Count > 1)
        {
            box.Return(batch.Outcomes);
            return;
        }

        var only = batch.Outcomes[0];
        if (only.Output is { } output)
        {
            logger.OutcomeReplaced(exception, only.Job.Id);
            box.Return([only with { Output = null, Error = output.Result is null ? only.Error : UnstorableResult }]);
            return;
        }

        if (only.Error is null or UnstorableError or UnstorableResult)
        {
            // nothing to change about it: it waits a while, and the others go first
            _taking = int.MaxValue;
            _busy.Add(only);
            _busySince = time.GetTimestamp();
            return;
        }

        logger.OutcomeReplaced(exception, only.Job.Id);
        box.Return([only with { Error = UnstorableError }]);
    }
}
