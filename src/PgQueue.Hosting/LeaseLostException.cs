namespace PgQueue;

/// <summary>This process no longer holds the job: its lease ended, and another worker may have it. Roll the transaction back.</summary>
/// <param name="jobId">The job.</param>
/// <param name="innerException">The database's refusal, if it refused.</param>
public sealed class LeaseLostException(Guid jobId, Exception? innerException = null)
    : PgQueueException($"Job {jobId} is no longer held by this worker, so its completion was refused. Roll back; another worker runs it.", innerException)
{
    /// <summary>The job.</summary>
    public Guid JobId { get; } = jobId;
}
