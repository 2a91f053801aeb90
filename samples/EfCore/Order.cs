namespace PgQueue.Samples.EfCore;

internal sealed class Order
{
    public int Id { get; init; }

    public required string Customer { get; init; }

    public required decimal Amount { get; init; }

    public bool ReceiptSent { get; set; }
}
