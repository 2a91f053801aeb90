namespace PgQueue.CliTests;

internal sealed class WorkHandler : IJobHandler<Work>
{
    public Task HandleAsync(Work payload, JobContext context, CancellationToken cancellationToken) =>
        payload.Error is null ? Task.CompletedTask : throw new InvalidOperationException(payload.Error);
}
