namespace PgQueue.Tests.Registration;

internal sealed class OtherReceiptHandler : IJobHandler<Receipt>
{
    public Task HandleAsync(Receipt payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
