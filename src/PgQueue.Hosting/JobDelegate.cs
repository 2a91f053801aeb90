namespace PgQueue;

/// <summary>The rest of a job's pipeline: the following middleware and the handler.</summary>
/// <param name="context">The job.</param>
/// <param name="cancellationToken">The token the rest is to observe.</param>
public delegate Task JobDelegate(JobContext context, CancellationToken cancellationToken);
