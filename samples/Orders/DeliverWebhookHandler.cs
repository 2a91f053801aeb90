using Npgsql;

namespace PgQueue.Samples.Orders;

// snippet:complete-in
internal sealed class DeliverWebhookHandler(NpgsqlDataSource database, OrderTable orders, ReceiverClient receiver) : IJobHandler<DeliverWebhook>
{
    public async Task HandleAsync(DeliverWebhook payload, JobContext context, CancellationToken cancellationToken)
    {
        var webhook = await orders.ReadWebhookAsync(payload.OrderNumber, cancellationToken);
        await receiver.PostAsync(webhook, cancellationToken);

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await orders.MarkDeliveredAsync(payload.OrderNumber, context.Attempt, transaction);
        await context.CompleteInAsync(transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken); // the mark and the completion, or neither
    }
}
// endsnippet
