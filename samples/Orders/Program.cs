// The main sample: a shop that takes orders over HTTP and delivers each as a webhook to a receiver that fails at times.
//   dotnet run --project samples/Orders              takes 2,000 orders, shows the progress and ends by itself
//   dotnet run --project samples/Orders -- --kill    also starts a second worker process and kills it while it holds jobs
// PGQUEUE_DB names an existing database; without it a throwaway PostgreSQL is started.
using Npgsql;
using PgQueue;
using PgQueue.Samples;
using PgQueue.Samples.Orders;

var isSecondWorker = args.Contains(SecondWorker.Argument);
await using var database = isSecondWorker ? await SampleDatabase.StartAsync() : await SampleDatabase.StartAsync("demo_shop", "demo_shop_queue");

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = [.. args.Except([Demo.KillArgument, SecondWorker.Argument])],
    ContentRootPath = AppContext.BaseDirectory,
});
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(database.ConnectionString));
builder.Services.AddHttpClient<ReceiverClient>((services, http) =>
    http.BaseAddress = new Uri(services.GetRequiredService<IConfiguration>()["Receiver:Url"]!));
builder.Services.AddSingleton<OrderTable>().AddSingleton<Receiver>();
builder.Services.AddSingleton<Demo>().AddSingleton<OrderFeed>().AddSingleton<SecondWorker>().AddSingleton<Progress>().AddSingleton<ClosingReport>();

// snippet:retry-options
var webhookRetries = new RetryOptions
{
    MaxAttempts = 4,
    BaseDelay = TimeSpan.FromMilliseconds(250),
    MaxDelay = TimeSpan.FromSeconds(4),
}.NeverOn<ReceiverGoneException>();
// endsnippet

// snippet:registration
builder.Services.AddPgQueue()
    .AddHandler<DeliverWebhook, DeliverWebhookHandler>(configure: handler => handler.Retry = webhookRetries)
    .AddHandler<ReviewLargeOrder, ReviewLargeOrderHandler>()
    .AddHandler<ReportDeliveries, ReportDeliveriesHandler>();
// endsnippet

await using var app = builder.Build();
app.MapOrders();
app.MapReceiver();
if (isSecondWorker)
    return await SecondWorker.RunAsync(app);

await app.Services.GetRequiredService<OrderTable>().CreateAsync();
await app.StartAsync();
app.Configuration["Receiver:Url"] = app.Urls.First();
var exitCode = await app.Services.GetRequiredService<Demo>().RunAsync(new Uri(app.Urls.First()), kill: args.Contains(Demo.KillArgument));
await app.StopAsync();
return exitCode;
