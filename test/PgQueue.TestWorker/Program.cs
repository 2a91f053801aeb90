using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PgQueue;
using PgQueue.TestWorker;

// The library in a process of its own, to be killed, frozen and stopped by the process tests. mode=worker or mode=producer; see Settings and below.
var settings = new Settings(args);

// it must not outlive the test that holds the other end
new Thread(() =>
{
    while (Console.In.Read() >= 0)
    {
    }

    Environment.Exit(3);
}) { IsBackground = true }.Start();

if (settings.Number("threads", 0) is > 0 and var threads)
    ThreadPool.SetMinThreads(threads, threads);

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
builder.Services.AddSingleton<TimeProvider>(new SkewedClock(settings.Milliseconds("skew", 0)));
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(_ => new History(settings.History));
builder.Services.AddSingleton(_ => new UserDatabase(settings.Database + ";Application Name=users"));
var queue = builder.Services.AddPgQueue(options =>
{
    options.ConnectionString = settings.Database;
    options.Lease.Duration = settings.Milliseconds("lease", 3000);
    options.Lease.RenewEvery = settings.Milliseconds("renew", 700);
    options.Retry.BaseDelay = TimeSpan.FromMilliseconds(100);
    options.Retry.MaxAttempts = settings.Number("attempts", 5);
    options.Shutdown.DrainTimeout = settings.Milliseconds("drain", 5000);
    options.Shutdown.CancelTimeout = settings.Milliseconds("cancel", 1000);
    options.Queues = new Dictionary<string, QueueOptions>(StringComparer.Ordinal) { ["default"] = new() { Concurrency = settings.Number("concurrency", 10) } };
});
if (settings.Text("mode", "worker") == "worker")
{
    queue.AddHandler<Work, WorkHandler>("work");
    for (var schedule = 0; schedule < settings.Number("schedules", 0); schedule++)
        queue.AddCron($"tick-{schedule}", settings.Text("cron", "* * * * * *"), new Work("noop"));
}
else
    builder.Services.AddHostedService<Producer>();

using var host = builder.Build();
await host.RunAsync();
