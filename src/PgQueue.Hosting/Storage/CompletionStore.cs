using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace PgQueue.Storage;

/// <summary>Completes a job inside its handler's own transaction.</summary>
internal sealed class CompletionStore(QueueDatabase database)
{
    /// <returns>The job's lease of its own, or null if its lease is lost or busy.</returns>
    public async Task<long?> DetachJobAsync(long lease, Guid job, CancellationToken cancellationToken) =>
        (long?)await database.ScalarAsync("DetachJob", cancellationToken,
            Parameters.Value(NpgsqlDbType.Bigint, lease), Parameters.Array(NpgsqlDbType.Uuid, new[] { job })).ConfigureAwait(false);

    /// <returns>The lease that holds this job alone, if there is one.</returns>
    public async Task<long?> FindOwnLeaseAsync(Guid worker, Guid job, long atLeast, CancellationToken cancellationToken) =>
        (long?)await database.ScalarAsync("FindOwnLease", cancellationToken,
            Parameters.Uuid(worker), Parameters.Array(NpgsqlDbType.Uuid, new[] { job }), Parameters.Value(NpgsqlDbType.Bigint, atLeast)).ConfigureAwait(false);

    public async Task CompleteInTransactionAsync(
        DbTransaction transaction, Guid worker, long lease, Guid job, int millisecondsAgo, JobOutput? output, CancellationToken cancellationToken)
    {
        var identity = await database.IdentityAsync(cancellationToken).ConfigureAwait(false);
        var connection = UserTransaction.ConnectionOf(transaction);
        try
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = database.Sql["CompleteInTransaction"];
            command.Parameters.Add(Parameters.Uuid(identity.Instance));
            command.Parameters.Add(Parameters.Uuid(worker));
            command.Parameters.Add(Parameters.Value(NpgsqlDbType.Bigint, lease));
            command.Parameters.Add(Parameters.Uuid(job));
            command.Parameters.Add(Parameters.Value(NpgsqlDbType.Integer, millisecondsAgo));
            command.Parameters.Add(Parameters.Value(NpgsqlDbType.Json, output?.Result));
            command.Parameters.Add(Parameters.Value(NpgsqlDbType.Json, output?.Log));
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState is StorageErrors.Fenced or PostgresErrorCodes.SerializationFailure)
        {
            throw new LeaseLostException(job, e);
        }
        catch (InvalidOperationException e)
        {
            throw UserTransaction.Ended(e);
        }
        catch (PostgresException e)
        {
            if (StorageErrors.Explained(e) is { } explained)
                throw explained;
            throw;
        }
    }
}
