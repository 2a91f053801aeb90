namespace PgQueue;

/// <summary>Runs the jobs that carry a <typeparamref name="TPayload"/>. One instance a job, from the job's own DI scope.</summary>
/// <typeparam name="TPayload">The payload class or record; written and read as JSON.</typeparam>
public interface IJobHandler<in TPayload>
{
    /// <summary>Runs one job. Returning means success, unless the context was told otherwise; an exception means a retry.</summary>
    /// <param name="payload">What the producer passed to <see cref="IJobClient"/>.</param>
    /// <param name="context">The job's identity, limits and headers, and the ways to end it other than success.</param>
    /// <param name="cancellationToken">
    /// Fires at the job's timeout, on cancel, at shutdown, and before another worker may take the job because this process lost its lease.
    /// </param>
    Task HandleAsync(TPayload payload, JobContext context, CancellationToken cancellationToken);
}
