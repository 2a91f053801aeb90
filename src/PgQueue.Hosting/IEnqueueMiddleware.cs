namespace PgQueue;

/// <summary>Runs around every enqueue call: adds headers, refuses jobs, measures. Registered as a singleton.</summary>
public interface IEnqueueMiddleware
{
    /// <summary>Does its work before and after calling <paramref name="next"/> once. Not calling it stores nothing and must throw; a second call throws.</summary>
    /// <param name="context">The jobs of this call, which may be changed before <paramref name="next"/>.</param>
    /// <param name="next">The next middleware, at last the write.</param>
    /// <param name="cancellationToken">The call's token.</param>
    Task InvokeAsync(EnqueueContext context, EnqueueDelegate next, CancellationToken cancellationToken);
}
