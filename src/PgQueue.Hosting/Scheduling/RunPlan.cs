namespace PgQueue.Scheduling;

/// <summary>What to fire.</summary>
/// <param name="Runs">The occurrences to run, earliest first; none if all are passed over.</param>
/// <param name="Next">The occurrence after all that are settled by this plan; null if none will come.</param>
internal sealed record RunPlan(IReadOnlyList<PlannedRun> Runs, DateTime? Next);
