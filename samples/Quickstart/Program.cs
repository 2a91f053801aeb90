// The program at the top of the README. It runs until Ctrl+C; place an order with
//   curl -X POST http://localhost:5080/orders -H "Content-Type: application/json" -d '{"id":42,"customer":"Ada"}'
// PGQUEUE_DB names an existing database; without it a throwaway PostgreSQL is started.
using Dapper;
using Npgsql;
using PgQueue;
using PgQueue.Samples;

await using var throwaway = await SampleDatabase.StartAsync("demo_quickstart");
await OrderTable.CreateAsync(throwaway.ConnectionString);

// snippet:twenty-lines
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("PgQueue")!));
builder.Services.AddPgQueue().AddHandler<SendReceipt, SendReceiptHandler>();
var app = builder.Build();

app.MapPost("/orders", async (Order order, NpgsqlDataSource database, IJobClient jobs) =>
{
    await using var connection = await database.OpenConnectionAsync();
    await using var transaction = await connection.BeginTransactionAsync();
    await connection.ExecuteAsync("insert into demo_quickstart.orders (id, customer) values (@Id, @Customer)", order, transaction);
    await jobs.In(transaction).EnqueueAsync(new SendReceipt(order.Id)); // commits with the order, or not at all
    await transaction.CommitAsync();
});
app.Run();

internal sealed record Order(int Id, string Customer);

internal sealed record SendReceipt(int OrderId);

internal sealed class SendReceiptHandler(ILogger<SendReceiptHandler> logger) : IJobHandler<SendReceipt>
{
    public Task HandleAsync(SendReceipt payload, JobContext context, CancellationToken cancellationToken)
    {
        logger.LogInformation("Receipt for order {OrderId}", payload.OrderId);
        return Task.CompletedTask;
    }
}
// endsnippet
