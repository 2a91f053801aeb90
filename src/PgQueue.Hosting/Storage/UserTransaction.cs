using System.Data.Common;

namespace PgQueue.Storage;

/// <summary>Reads a transaction that a caller gave us, which may be over.</summary>
internal static class UserTransaction
{
    /// <exception cref="PgQueueException">It has ended.</exception>
    public static DbConnection ConnectionOf(DbTransaction transaction)
    {
        try
        {
            return transaction.Connection ?? throw Ended(null);
        }
        catch (InvalidOperationException e)
        {
            // disposed
            throw Ended(e);
        }
    }

    /// <summary>What the caller is told: drivers throw <see cref="InvalidOperationException"/> of their own when it is used.</summary>
    public static PgQueueException Ended(Exception? cause) => new("The transaction has already been committed or rolled back.", cause);
}
