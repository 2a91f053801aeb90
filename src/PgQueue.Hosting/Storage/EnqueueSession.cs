using System.Data.Common;
using Npgsql;

namespace PgQueue.Storage;

/// <summary>Writes one call's jobs on a connection of ours, all or none, and says what is known when that fails.</summary>
internal sealed class EnqueueSession(EnqueueStore store)
{
    /// <returns>A reply for every job that was not simply inserted.</returns>
    /// <exception cref="EnqueueFailure">Any failure, with what it means.</exception>
    public async Task<List<EnqueueReply>> WriteAsync(RowBatch batch, Guid? worker, bool areIdsFresh, CancellationToken cancellationToken)
    {
        var sent = false;
        var isOnlyLocal = false;
        try
        {
            await store.Database.IdentityAsync(cancellationToken).ConfigureAwait(false);
            await using var connection = await store.Database.OpenAsync(cancellationToken).ConfigureAwait(false);
            connection.Notice += Watch;
            try
            {
                List<EnqueueReply> replies;
                if (batch.Chunks == 1)
                {
                    var rows = await batch.ChunkAsync(0, cancellationToken).ConfigureAwait(false);
                    sent = true;
                    replies = await store.EnqueueAsync(connection, null, rows, worker, areIdsFresh, CancellationToken.None).ConfigureAwait(false);
                }
                else
                {
                    replies = await WriteChunksAsync(connection, batch, worker, areIdsFresh, () => sent = true, cancellationToken).ConfigureAwait(false);
                }

                return isOnlyLocal
                    ? throw new IOException("The primary committed, but the wait for its synchronous standby was cut short.")
                    : replies;
            }
            finally
            {
                connection.Notice -= Watch;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !sent)
        {
            throw;
        }
        catch (Exception e)
        {
            throw new EnqueueFailure(isOnlyLocal ? CommitOutcome.Unknown : StorageErrors.Classify(e, sent), StorageErrors.Explained(e) ?? e, isOnlyLocal);
        }

        void Watch(object sender, NpgsqlNoticeEventArgs e) =>
            isOnlyLocal |= e.Notice.SqlState is StorageErrors.CommittedLocally && e.Notice.MessageText.Contains("synchronous", StringComparison.Ordinal);
    }

    /// <summary>The same in the caller's transaction: nothing is retried, and nothing is known until the caller commits.</summary>
    public async Task<List<EnqueueReply>> WriteInAsync(DbTransaction transaction, IReadOnlyList<NewJobRow> rows, CancellationToken cancellationToken)
    {
        var connection = UserTransaction.ConnectionOf(transaction);
        try
        {
            var replies = new List<EnqueueReply>();
            foreach (var chunk in rows.Chunk(RowBatch.ChunkSize))
                replies.AddRange(await store.EnqueueAsync(connection, transaction, chunk, null, rows.All(r => r.IsIdNew), cancellationToken).ConfigureAwait(false));
            return replies;
        }
        catch (PostgresException e)
        {
            if (StorageErrors.Explained(e) is { } explained)
                throw explained;
            throw;
        }
        catch (InvalidOperationException e)
        {
            // the driver keeps the connection of an ended transaction until it is used
            throw UserTransaction.Ended(e);
        }
        catch (Exception e) when (e is InvalidCastException or ArgumentException or NotSupportedException)
        {
            throw new PgQueueException($"The transaction belongs to a {connection.GetType().Name}; jobs can only be enqueued in a PostgreSQL transaction.", e);
        }
    }

    private async Task<List<EnqueueReply>> WriteChunksAsync(
        NpgsqlConnection connection, RowBatch batch, Guid? worker, bool areIdsFresh, Action committing, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var replies = new List<EnqueueReply>();
        var rows = await batch.ChunkAsync(0, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < batch.Chunks; i++)
        {
            var sending = store.EnqueueAsync(connection, transaction, rows, worker, areIdsFresh, cancellationToken);
            try
            {
                if (i + 1 < batch.Chunks)
                    rows = await batch.ChunkAsync(i + 1, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // a bad job in the next chunk must not end the transaction under a statement that still runs
                await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            replies.AddRange(await sending.ConfigureAwait(false));
        }

        committing();
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return replies;
    }
}
