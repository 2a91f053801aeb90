namespace PgQueue.Tests.Registration;

internal sealed class ReceiptHandler : IJobHandler<Receipt>
{
    public Task HandleAsync(Receipt payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
