namespace PgQueue;

/// <summary>The base of every exception this package throws of its own. The message says what is wrong and what to do.</summary>
public class PgQueueException : Exception
{
    /// <summary>Makes one with a message.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public PgQueueException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
