namespace PgQueue;

/// <summary>A filter or another argument of an operator's act is malformed or out of range. Nothing was done.</summary>
/// <param name="field">The field, for example <c>Queue</c> or <c>reason</c>.</param>
/// <param name="message">What is wrong with it and what is allowed.</param>
public sealed class InvalidJobFilterException(string field, string message) : PgQueueException($"{field}: {message}")
{
    /// <summary>The field at fault.</summary>
    public string Field { get; } = field;
}
