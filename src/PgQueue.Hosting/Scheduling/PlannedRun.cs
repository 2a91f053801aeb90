namespace PgQueue.Scheduling;

/// <summary>One occurrence to run.</summary>
/// <param name="At">Its instant.</param>
/// <param name="MissedSince">The earliest of several that it stands for; null for itself alone.</param>
internal readonly record struct PlannedRun(DateTime At, DateTime? MissedSince);
