namespace PgQueue;

/// <summary>One ended attempt in a job's history.</summary>
/// <param name="Number">The attempt, from 1. An attempt that was not burnt keeps its number for the next one; 0 if the job ended before its first.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="StartedAt">When the handler started, if it did.</param>
/// <param name="FinishedAt">When the outcome was recorded.</param>
/// <param name="Token">The lease under which it ran; rises with every claim of the job. 0 if it ended without one.</param>
/// <param name="WorkerId">The worker process, if any.</param>
/// <param name="Error">The exception's text or the reason given, at most 8 KiB.</param>
public sealed record JobAttempt(
    int Number, AttemptOutcome Outcome, DateTimeOffset? StartedAt, DateTimeOffset FinishedAt, long Token, Guid? WorkerId, string? Error)
{
    /// <summary>What its handler logged, oldest first, where that is captured; see <see cref="PgQueueOptions.CaptureLogs"/>. At most 100 lines and 16 KiB.</summary>
    public IReadOnlyList<JobLogLine> Log { get; init; } = [];
}
