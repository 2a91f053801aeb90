namespace PgQueue;

/// <summary>A wait for a job's result ended, and there is no result: the job failed, was cancelled or superseded, succeeded without one, or does not exist.</summary>
/// <param name="jobId">The job.</param>
/// <param name="state">How it ended; <see langword="null"/> if there is no such job.</param>
/// <param name="error">The last error or reason kept with it.</param>
/// <param name="message">What is wrong.</param>
public sealed class JobResultException(Guid jobId, JobState? state, string? error, string message) : PgQueueException(message)
{
    /// <summary>The job.</summary>
    public Guid JobId { get; } = jobId;

    /// <summary>How it ended; <see langword="null"/> if there is no such job.</summary>
    public JobState? State { get; } = state;

    /// <summary>The text kept with its last attempt: of an exception, or the reason given. It may hold what the handler put into it.</summary>
    public string? Error { get; } = error;
}
