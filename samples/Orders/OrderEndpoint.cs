using Npgsql;

namespace PgQueue.Samples.Orders;

internal static class OrderEndpoint
{
    private const decimal LargeAmount = 500;
    private const decimal CreditLimit = 12_000;

    public static void MapOrders(this WebApplication app) => app.MapPost("/orders", PlaceAsync);

    // snippet:transactional-enqueue
    private static async Task<IResult> PlaceAsync(
        Order order, NpgsqlDataSource database, OrderTable orders, IJobClient jobs, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await orders.InsertAsync(order, transaction);

        var webhook = await jobs.In(transaction).EnqueueAsync(new DeliverWebhook(order.Number), cancellationToken: cancellationToken);
        if (order.Amount >= LargeAmount)
        {
            await jobs.In(transaction).EnqueueAsync(
                new ReviewLargeOrder(order.Number), new EnqueueOptions { Priority = JobPriority.High }, cancellationToken);
        }

        // returning without a commit rolls back the order, and its jobs with it
        if (await orders.TotalOfAsync(order.Customer, transaction) > CreditLimit)
            return Results.UnprocessableEntity($"{order.Customer} is over the credit limit.");

        await transaction.CommitAsync(cancellationToken);
        return Results.Ok(new AcceptedOrder(order.Number, webhook.JobId));
    }
    // endsnippet
}
