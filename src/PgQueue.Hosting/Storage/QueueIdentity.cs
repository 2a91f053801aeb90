namespace PgQueue.Storage;

/// <summary>Which queue a schema holds: its guard against a wrong database, and its notification channel.</summary>
internal sealed record QueueIdentity(Guid Instance, string Channel);
