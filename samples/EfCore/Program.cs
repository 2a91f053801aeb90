// Enqueues in the transaction of EF Core's SaveChanges: the order and its job commit together, or neither does.
//   dotnet run --project samples/EfCore    ends by itself
// PGQUEUE_DB names an existing database; without it a throwaway PostgreSQL is started.
using Microsoft.EntityFrameworkCore;
using PgQueue;
using PgQueue.Samples;
using PgQueue.Samples.EfCore;

await using var database = await SampleDatabase.StartAsync("demo_ef", "demo_ef_queue");
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddDbContext<ShopContext>(options => options.UseNpgsql(builder.Configuration.GetConnectionString("PgQueue")));
builder.Services.AddScoped<OrderService>();
builder.Services.AddPgQueue(options => options.Schema = "demo_ef_queue").AddHandler<SendReceipt, SendReceiptHandler>();

using var host = builder.Build();
await using var scope = host.Services.CreateAsyncScope();
var shop = scope.ServiceProvider.GetRequiredService<ShopContext>();
await shop.Database.ExecuteSqlRawAsync(shop.Database.GenerateCreateScript());
await host.StartAsync();

var orders = scope.ServiceProvider.GetRequiredService<OrderService>();
foreach (var order in new[]
{
    new Order { Customer = "Ada", Amount = 19.90m },
    new Order { Customer = "Grace", Amount = 42.00m },
    new Order { Customer = "Mallory", Amount = 990.00m },
})
{
    var accepted = await orders.PlaceAsync(order);
    Console.WriteLine($"Order of {order.Customer}: {(accepted ? "committed with its job" : "over the credit limit, rolled back with its job")}");
}

var jobs = host.Services.GetRequiredService<IJobClient>();
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
var stats = await jobs.GetStatsAsync(limit.Token);
while (stats.Ready + stats.Scheduled + stats.Running > 0)
{
    await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
    stats = await jobs.GetStatsAsync(limit.Token);
}

var stored = await shop.Orders.CountAsync(limit.Token);
var receipts = await shop.Orders.CountAsync(order => order.ReceiptSent, limit.Token);
Console.WriteLine($"Finished: {stored} orders stored, {receipts} receipts sent, {stats.Succeeded} jobs succeeded, {stats.Failed} failed.");
await host.StopAsync();
return stored == 2 && receipts == 2 && stats is { Succeeded: 2, Failed: 0 } ? 0 : 1;
