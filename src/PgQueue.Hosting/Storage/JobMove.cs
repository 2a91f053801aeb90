namespace PgQueue.Storage;

/// <summary>Where jobs that wait are to go: to another time or to another priority.</summary>
/// <param name="RunAt">The time, in UTC; null to keep it.</param>
/// <param name="Priority">The priority; null to keep it.</param>
internal readonly record struct JobMove(DateTime? RunAt, short? Priority);
