using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace PgQueue.Samples.EfCore;

internal sealed class OrderService(ShopContext shop, IJobClient jobs)
{
    private const decimal CreditLimit = 100;

    // snippet:ef-core
    /// <summary>Stores an order together with the job that sends its receipt.</summary>
    public async Task<bool> PlaceAsync(Order order, CancellationToken cancellationToken = default)
    {
        await using var transaction = await shop.Database.BeginTransactionAsync(cancellationToken);
        shop.Orders.Add(order);
        await shop.SaveChangesAsync(cancellationToken);
        await jobs.In(transaction.GetDbTransaction()).EnqueueAsync(new SendReceipt(order.Id), cancellationToken: cancellationToken);

        var total = await shop.Orders.Where(other => other.Customer == order.Customer).SumAsync(other => other.Amount, cancellationToken);
        if (total > CreditLimit)
            return false; // not committed: neither the order nor its job is there

        await transaction.CommitAsync(cancellationToken);
        return true;
    }
    // endsnippet
}
