namespace PgQueue.Samples.Orders;

internal sealed record Order(int Number, DateTimeOffset PlacedAt, string Customer, string Country, string Currency, int Items, decimal Amount);

/// <summary>The answer to an accepted order.</summary>
internal sealed record AcceptedOrder(int Number, Guid WebhookJobId);
