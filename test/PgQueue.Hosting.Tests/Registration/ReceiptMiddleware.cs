namespace PgQueue.Tests.Registration;

internal sealed class ReceiptMiddleware : IJobMiddleware
{
    public Task InvokeAsync(JobContext context, JobDelegate next, CancellationToken cancellationToken) => next(context, cancellationToken);
}
