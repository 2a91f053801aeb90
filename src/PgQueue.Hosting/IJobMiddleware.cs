namespace PgQueue;

/// <summary>Runs around every job, or those of one route: logging, transactions, tenancy. Resolved from the job's scope.</summary>
public interface IJobMiddleware
{
    /// <summary>Does its work before and after calling <paramref name="next"/> once.</summary>
    /// <param name="context">The job.</param>
    /// <param name="next">The next middleware, at last the handler.</param>
    /// <param name="cancellationToken">The job's token.</param>
    Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken);
}
