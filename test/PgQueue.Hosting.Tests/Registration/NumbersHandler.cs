namespace PgQueue.Tests.Registration;

internal sealed class NumbersHandler : IJobHandler<List<int>>
{
    public Task HandleAsync(List<int> payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
