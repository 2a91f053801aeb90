namespace PgQueue;

/// <summary>What came of an act on one job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Outcome">What was done.</param>
public readonly record struct ActResult(Guid JobId, ActOutcome Outcome);
