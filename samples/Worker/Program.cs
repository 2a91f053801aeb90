// A plain worker service: three handlers, and a handful of jobs of every kind.
//   dotnet run --project samples/Worker              ends when the jobs have finished
//   dotnet run --project samples/Worker -- --stay    goes on until Ctrl+C
// PGQUEUE_DB names an existing database; without it a throwaway PostgreSQL is started.
using PgQueue;
using PgQueue.Samples;
using PgQueue.Samples.Worker;

await using var database = await SampleDatabase.StartAsync("demo_worker_queue");
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<ImportTally>();

// snippet:routes-and-middleware
builder.Services.AddPgQueue(options => options.Schema = "demo_worker_queue")
    .AddHandler<SendGreeting, SendGreetingHandler>()
    .AddHandler<CleanUp, CleanUpHandler>("cleanup:*")
    .AddHandler<ImportRow, ImportRowHandler>(configure: handler => handler.Timeout = TimeSpan.FromSeconds(30))
    .AddHandler<PriceList, PriceListHandler>(configure: handler => handler.CaptureLogs = JobLogLevel.Information)
    .UseMiddleware<TimingMiddleware>("cleanup:*");
// endsnippet

using var host = builder.Build();
await host.StartAsync();
var jobs = host.Services.GetRequiredService<IJobClient>();

// snippet:enqueue-options
await jobs.EnqueueAsync(new SendGreeting("Ada"));
await jobs.EnqueueAsync(new SendGreeting("Grace"), new EnqueueOptions { Delay = TimeSpan.FromSeconds(2) });
await jobs.EnqueueAsync(new SendGreeting("Edsger"), new EnqueueOptions { Priority = JobPriority.High });

await jobs.EnqueueAsync(new CleanUp(OlderThanDays: 7), new EnqueueOptions { Type = "cleanup:carts" });
await jobs.EnqueueAsync(new CleanUp(OlderThanDays: 30), new EnqueueOptions { Type = "cleanup:sessions" });

var onlyOnce = new EnqueueOptions { DeduplicationKey = "greeting:barbara", Delay = TimeSpan.FromSeconds(1) };
var first = await jobs.EnqueueAsync(new SendGreeting("Barbara"), onlyOnce);
var second = await jobs.EnqueueAsync(new SendGreeting("Barbara"), onlyOnce);
Console.WriteLine($"Enqueued for Barbara twice; a duplicate of the same job: {second.IsDuplicate && second.JobId == first.JobId}");

await jobs.EnqueueManyAsync(Enumerable.Range(1, 1_000).Select(row => new ImportRow(row)), new EnqueueOptions { Priority = JobPriority.Low });
// endsnippet

if (args.Contains("--stay"))
{
    await host.WaitForShutdownAsync();
    return 0;
}

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
var stats = await jobs.GetStatsAsync(limit.Token);
while (stats.Ready + stats.Scheduled + stats.Running > 0)
{
    await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
    stats = await jobs.GetStatsAsync(limit.Token);
}

Console.WriteLine($"Finished: {stats.Succeeded:N0} succeeded, {stats.Failed:N0} failed.");
await Waiting.ShowAsync(jobs);
await Operating.ShowAsync(host.Services.GetRequiredService<IJobAdmin>());
await host.StopAsync();
return stats.Failed == 0 ? 0 : 1;
