namespace PgQueue;

/// <summary>A schedule's name or one of its options is missing, malformed or out of range. Nothing was stored.</summary>
/// <param name="field">The option, for example <c>TimeZone</c>.</param>
/// <param name="message">What is wrong with it and what is allowed.</param>
/// <param name="innerException">The exception behind it, if there is one.</param>
public sealed class InvalidScheduleException(string field, string message, Exception? innerException = null)
    : PgQueueException($"{field}: {message}", innerException)
{
    /// <summary>The option at fault.</summary>
    public string Field { get; } = field;
}
