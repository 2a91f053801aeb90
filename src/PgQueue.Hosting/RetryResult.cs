namespace PgQueue;

/// <summary>What came of asking for a job to run again.</summary>
/// <param name="JobId">The job that was asked for.</param>
/// <param name="Outcome">What was done.</param>
/// <param name="RunsAs">The job that runs: the copy, or the job itself. With <see cref="RetryOutcome.KeyIsHeld"/> the holder of the key; <see langword="null"/> if there is none.</param>
public readonly record struct RetryResult(Guid JobId, RetryOutcome Outcome, Guid? RunsAs);
