using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace PgQueue.Samples.EfCore;

[JobType("send-receipt")]
internal sealed record SendReceipt(int OrderId);

// snippet:ef-core-complete
internal sealed class SendReceiptHandler(ShopContext shop) : IJobHandler<SendReceipt>
{
    public async Task HandleAsync(SendReceipt payload, JobContext context, CancellationToken cancellationToken)
    {
        await using var transaction = await shop.Database.BeginTransactionAsync(cancellationToken);
        var order = await shop.Orders.SingleAsync(order => order.Id == payload.OrderId, cancellationToken);
        Console.WriteLine($"Receipt for {order.Customer}: {order.Amount:F2}");
        order.ReceiptSent = true;
        await shop.SaveChangesAsync(cancellationToken);
        await context.CompleteInAsync(transaction.GetDbTransaction(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
// endsnippet
