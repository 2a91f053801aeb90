using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace PgQueue.Storage;

/// <summary>Reads exceptions of the driver and the server.</summary>
internal static class StorageErrors
{
    /// <summary>The server's notice when a wait for a synchronous standby was cut short: committed here, but perhaps not there.</summary>
    public const string CommittedLocally = "01000";

    /// <summary>SQLSTATE of a claim by a worker that was declared dead.</summary>
    public const string WorkerDead = "QW001";

    /// <summary>SQLSTATE of a completion whose lease is lost.</summary>
    public const string Fenced = "QF001";

    /// <summary>Whether the role lacks a privilege.</summary>
    public static bool IsForbidden(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege };

    /// <summary>Whether the server takes no writes: a standby, perhaps for a moment.</summary>
    public static bool IsReadOnly(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    public static bool IsWorkerDead(Exception exception) => exception is PostgresException { SqlState: WorkerDead };

    /// <param name="exception">What was thrown.</param>
    /// <param name="sent">Whether the statement had gone out; false while connecting.</param>
    public static CommitOutcome Classify(Exception exception, bool sent)
    {
        if (!sent)
            return IsPassing(exception) && !NeedsOperator(exception) ? CommitOutcome.RolledBack : CommitOutcome.Refused;
        return exception switch
        {
            // the session was ended: the commit may have happened just before
            PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => CommitOutcome.Unknown,
            PostgresException e => IsPassing(e) ? CommitOutcome.RolledBack : CommitOutcome.Refused,
            NpgsqlException or IOException or SocketException or TimeoutException or OperationCanceledException => CommitOutcome.Unknown,
            _ => CommitOutcome.Refused,
        };
    }

    /// <summary>Whether the trouble may pass by itself, also after an operator acts: wrong password, missing database, read-only server.</summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        PostgresException e => e.IsTransient || e.SqlState is
            PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or
            PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or
            PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege or
            PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or "08P01",
        DbException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>A login that the server refuses or a database it does not have: no caller waits for somebody to mend that.</summary>
    private static bool NeedsOperator(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or ['2', '8', ..] };

    /// <summary>Awaits work for a caller who can mend what is wrong, and says it plainly.</summary>
    public static async Task<T> ExplainAsync<T>(Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            if (Explained(e) is { } explained)
                throw explained;
            throw;
        }
    }

    /// <summary>A plainer exception for a role that may not create or change the schema at start, or what it is otherwise.</summary>
    public static PgQueueException? ExplainedAtMigration(Exception exception) => exception is not PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e
        ? Explained(exception)
        : new PgQueueException(
            $"The database role may not create or change the queue's schema: {e.MessageText}. Let the database's owner apply the script of PgQueueSchema.GetScript() "
            + "and set Migrate to Validate here, or grant the role create on the database.",
            e);

    /// <summary>A plainer exception for what a caller can mend, or null.</summary>
    public static PgQueueException? Explained(Exception exception) => exception is not PostgresException e ? null : e.SqlState switch
    {
        EnqueueStore.WrongDatabase => new PgQueueException(
            "This database holds another queue than the one the client is configured for. Enqueue in a transaction on the queue's own database.", e),
        PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName => new PgQueueException(
            "This database holds no queue in the configured schema, or an older one. Start a host with Migrate = Auto there, or check the transaction's database.", e),
        PostgresErrorCodes.ReadOnlySqlTransaction => new PgQueueException("The transaction or server is read-only, so no job can be stored there.", e),
        PostgresErrorCodes.InFailedSqlTransaction => new PgQueueException("The transaction has failed already. Roll it back; nothing can be enqueued in it.", e),
        PostgresErrorCodes.InsufficientPrivilege => new PgQueueException(
            $"The database role may not do this: {e.MessageText}. Grant it what PgQueueSchema.GetGrantsScript() lists.", e),
        _ => null,
    };
}
