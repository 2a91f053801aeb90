namespace PgQueue;

/// <summary>An enqueue option is missing, malformed or out of range. Nothing was stored.</summary>
/// <param name="field">The option, for example <c>Priority</c>.</param>
/// <param name="message">What is wrong with it and what is allowed.</param>
public sealed class InvalidJobException(string field, string message) : PgQueueException($"{field}: {message}")
{
    /// <summary>The option at fault.</summary>
    public string Field { get; } = field;
}
