namespace PgQueue.Samples.Orders;

/// <summary>Prints how many orders are delivered; enqueued with a delay.</summary>
[JobType("report-deliveries")]
internal sealed record ReportDeliveries;

internal sealed class ReportDeliveriesHandler(OrderTable orders) : IJobHandler<ReportDeliveries>
{
    public async Task HandleAsync(ReportDeliveries payload, JobContext context, CancellationToken cancellationToken) =>
        Console.WriteLine($"      The delayed job reports: {await orders.CountDeliveredAsync(cancellationToken):N0} orders are delivered so far.");
}
