namespace PgQueue.Samples.Orders;

/// <summary>Tells the receiver about one order.</summary>
[JobType("deliver-webhook")]
internal sealed record DeliverWebhook(int OrderNumber);
