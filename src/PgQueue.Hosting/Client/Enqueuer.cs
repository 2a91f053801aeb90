using System.Data.Common;
using PgQueue.Notifications;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>
/// Stores rows and wakes this process's own workers. An unknown outcome is tried again with the same ids, which stores nothing twice; what stays
/// unknown is reported as such. Nothing is retried inside the caller's transaction.
/// </summary>
internal sealed class Enqueuer(EnqueueSession session, WakeHub hub, Func<Guid?> worker, TimeProvider time)
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(15);

    public async Task<JobReceipt[]> EnqueueAsync(RowBatch batch, bool areIdsNew, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return [];
        if (transaction is null && areIdsNew)
        {
            var receipts = await StoreAsync(batch, areIdsNew, cancellationToken).ConfigureAwait(false);
            Announce(batch.Made);
            return receipts;
        }

        // in the caller's transaction everything is checked before anything is sent: the caller may go on after an exception of ours
        var rows = await batch.AllAsync(cancellationToken).ConfigureAwait(false);
        var distinct = Distinct(rows);
        if (transaction is not null)
            return Expand(rows, distinct, Receipts.From(distinct, await session.WriteInAsync(transaction, distinct, cancellationToken).ConfigureAwait(false), null));
        var stored = Expand(rows, distinct, await StoreAsync(RowBatch.Of(distinct), areIdsNew, cancellationToken).ConfigureAwait(false));
        Announce(rows);
        return stored;
    }

    private async Task<JobReceipt[]> StoreAsync(RowBatch batch, bool areIdsNew, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        HashSet<Guid>? sentBefore = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var replies = await session.WriteAsync(batch, worker(), areIdsNew && sentBefore is null, cancellationToken).ConfigureAwait(false);
                return Receipts.From(batch.Made, replies, sentBefore);
            }
            catch (OperationCanceledException e) when (sentBefore is not null)
            {
                // cancelled between tries: an earlier one may have stored the jobs
                throw new EnqueueOutcomeUnknownException([.. batch.Made.Select(r => r.Id)], e);
            }
            catch (EnqueueFailure failure)
            {
                if (failure.Outcome == CommitOutcome.Unknown)
                    sentBefore ??= [.. batch.Made.Select(r => r.Id)];
                var isOver = failure.Outcome == CommitOutcome.Refused || failure.IsOnlyLocal
                    || time.GetElapsedTime(started) > Budget || cancellationToken.IsCancellationRequested;
                if (isOver && sentBefore is not null)
                    throw new EnqueueOutcomeUnknownException([.. batch.Made.Select(r => r.Id)], failure.Cause);
                if (isOver)
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure.Cause);
            }

            var pause = 50 * Math.Pow(2, Math.Min(attempt, 6)) * (0.5 + (Random.Shared.NextDouble() * 0.5));
            await Task.Delay(TimeSpan.FromMilliseconds(pause), time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>An id given twice in one call is one job: the first.</summary>
    private static IReadOnlyList<NewJobRow> Distinct(IReadOnlyList<NewJobRow> rows)
    {
        if (rows.Count == 1)
            return rows;
        var ids = new HashSet<Guid>(rows.Count);
        return rows.All(r => ids.Add(r.Id)) ? rows : [.. rows.DistinctBy(r => r.Id)];
    }

    private static JobReceipt[] Expand(IReadOnlyList<NewJobRow> rows, IReadOnlyList<NewJobRow> distinct, JobReceipt[] receipts)
    {
        if (distinct.Count == rows.Count)
            return receipts;
        var first = distinct.Select((row, i) => (row.Id, i)).ToDictionary(x => x.Id, x => x.i);
        return [.. rows.Select(row =>
        {
            var at = first[row.Id];
            return ReferenceEquals(distinct[at], row) ? receipts[at] : new JobReceipt(receipts[at].JobId, EnqueueOutcome.Existing);
        })];
    }

    private void Announce(IReadOnlyList<NewJobRow> rows)
    {
        string? last = null;
        var scheduled = false;
        foreach (var row in rows)
        {
            if (row.IsDelayed)
                scheduled = true;
            if ((!row.IsDelayed || row.RunAt is not null) && !string.Equals(row.Queue, last, StringComparison.Ordinal))
                hub.AnnounceReady(last = row.Queue);
        }

        if (scheduled)
            hub.AnnounceScheduled();
    }
}
