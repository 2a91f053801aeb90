namespace PgQueue;

/// <summary>
/// The connection failed while the enqueue was being committed, and retries could not settle whether it was. Enqueue again with
/// <see cref="EnqueueOptions.JobId"/> set to <see cref="JobId"/>: it will be stored exactly once.
/// </summary>
/// <param name="jobIds">The ids the jobs have if they were stored, in the caller's order.</param>
/// <param name="innerException">The last failure.</param>
public sealed class EnqueueOutcomeUnknownException(IReadOnlyList<Guid> jobIds, Exception innerException)
    : PgQueueException(
        $"It is unknown whether {jobIds.Count} job(s) were stored (first id {jobIds[0]}). Enqueue again with the same JobId: it will be stored exactly once.",
        innerException)
{
    /// <summary>The first job's id.</summary>
    public Guid JobId => JobIds[0];

    /// <summary>The ids of all jobs of the call, in the caller's order.</summary>
    public IReadOnlyList<Guid> JobIds { get; } = jobIds;
}
