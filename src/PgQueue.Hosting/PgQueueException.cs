using System.Globalization;

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

    /// <summary>What is wrong and what to do; of a call with many jobs, which of them.</summary>
    public override string Message => JobIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"job {index}: {base.Message}") : base.Message;

    /// <summary>The job at fault in a call with many, from 0 in the order they were given; <see langword="null"/> if the fault is not one job's.</summary>
    public int? JobIndex { get; internal set; }
}
