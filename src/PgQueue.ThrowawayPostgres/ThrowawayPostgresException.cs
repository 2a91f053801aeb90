namespace PgQueue.ThrowawayPostgres;

/// <summary>A throwaway server could not be found, started or stopped; the message says what mends it.</summary>
public sealed class ThrowawayPostgresException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public ThrowawayPostgresException()
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">What went wrong, and what mends it.</param>
    public ThrowawayPostgresException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">What went wrong, and what mends it.</param>
    /// <param name="innerException">The cause.</param>
    public ThrowawayPostgresException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
