using System.Data.Common;
using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Completes a running job in its handler's transaction: first a lease of its own, which that transaction then deletes.</summary>
internal sealed class InTransactionCompletion(CompletionStore store, LeaseBook book, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public async Task CompleteAsync(WorkItem item, long startedAt, DbTransaction transaction, JobOutput? output, CancellationToken cancellationToken)
    {
        if (!item.Tenure.IsLive)
            throw new LeaseLostException(item.Job.Id);
        await DetachAsync(item).ConfigureAwait(false);
        var ago = (int)Math.Min(time.GetElapsedTime(startedAt).TotalMilliseconds, int.MaxValue);
        await store.CompleteInTransactionAsync(transaction, item.Tenure.Id, item.Job.LeaseId, item.Job.Id, ago, output, cancellationToken).ConfigureAwait(false);
        item.IsCompletedInTransaction = true;
    }

    /// <summary>
    /// Moves the job to a lease of its own. A reply may be lost, so every try first looks whether an earlier one worked; and no beat may take the new
    /// lease for a lost claim meanwhile.
    /// </summary>
    private async Task DetachAsync(WorkItem item)
    {
        var job = item.Job;
        var started = time.GetTimestamp();
        var isUnsure = false;
        var claim = book.BeginClaim();
        try
        {
            while (item.Tenure.IsLive)
            {
                try
                {
                    var own = (isUnsure ? await store.FindOwnLeaseAsync(item.Tenure.Id, job.Id, job.LeaseId, CancellationToken.None).ConfigureAwait(false) : null)
                        ?? await store.DetachJobAsync(job.LeaseId, job.Id, CancellationToken.None).ConfigureAwait(false);
                    if (own is { } lease)
                    {
                        book.Detach(job.LeaseId, lease);
                        job.LeaseId = lease;
                        return;
                    }
                }
                catch (Exception e) when (StorageErrors.IsPassing(e))
                {
                    isUnsure = true;
                }

                // the lease is lost, or a flush of its other jobs holds it for a moment; one of its own has no others
                if (!isUnsure && (item.IsCompletedInTransaction || time.GetElapsedTime(started) > Patience))
                    break;
                await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
            }

            item.IsAbandoned = isUnsure;
            throw !isUnsure && item.IsCompletedInTransaction && item.Tenure.IsLive
                ? new InvalidOperationException(
                    $"This run has already completed job {job.Id}, in this transaction or in another one that is open or has committed. Call CompleteInAsync once; after a rollback it may be called again.")
                : new LeaseLostException(job.Id);
        }
        finally
        {
            book.EndClaim(claim);
        }
    }
}
