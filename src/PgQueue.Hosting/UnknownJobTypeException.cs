namespace PgQueue;

/// <summary>A payload's type name cannot be found, or a registration names a type that does not exist.</summary>
/// <param name="type">The name or class that is unknown.</param>
/// <param name="message">What is wrong, with a suggestion if a registered name is close.</param>
public sealed class UnknownJobTypeException(string type, string message) : PgQueueException(message)
{
    /// <summary>The name or class that is unknown.</summary>
    public string Type { get; } = type;
}
