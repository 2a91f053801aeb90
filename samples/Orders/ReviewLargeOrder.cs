namespace PgQueue.Samples.Orders;

/// <summary>Looks at a large order before anything else is done; enqueued with high priority.</summary>
[JobType("review-large-order")]
internal sealed record ReviewLargeOrder(int OrderNumber);

internal sealed class ReviewLargeOrderHandler(OrderTable orders) : IJobHandler<ReviewLargeOrder>
{
    public Task HandleAsync(ReviewLargeOrder payload, JobContext context, CancellationToken cancellationToken) =>
        orders.MarkReviewedAsync(payload.OrderNumber, cancellationToken);
}
