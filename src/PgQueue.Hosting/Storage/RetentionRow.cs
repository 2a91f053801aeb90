namespace PgQueue.Storage;

/// <summary>How long a process wants finished jobs of a queue to be kept, in seconds.</summary>
internal sealed record RetentionRow(string Queue, double Succeeded, double Failed);
