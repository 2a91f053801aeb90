namespace PgQueue;

/// <summary>The database schema does not fit this version of the package.</summary>
/// <param name="message">Which version is there, which is needed, and what to do.</param>
public sealed class SchemaVersionException(string message) : PgQueueException(message);
