namespace PgQueue.Storage;

/// <summary>Schedules in one snapshot.</summary>
/// <param name="Version">The number of the last change to any schedule.</param>
/// <param name="Now">The database's clock, in UTC.</param>
/// <param name="Rows">Those that changed since the version asked for.</param>
internal sealed record ScheduleRows(long Version, DateTime Now, IReadOnlyList<ScheduleRow> Rows);
