namespace PgQueue;

/// <summary>What an enqueue returns.</summary>
/// <param name="JobId">The stored job's id; for <see cref="EnqueueOutcome.Existing"/> the existing job's.</param>
/// <param name="Outcome">Whether the job is new.</param>
public readonly record struct JobReceipt(Guid JobId, EnqueueOutcome Outcome)
{
    /// <summary>Whether an existing job was found and nothing was stored.</summary>
    public bool IsDuplicate => Outcome == EnqueueOutcome.Existing;
}
