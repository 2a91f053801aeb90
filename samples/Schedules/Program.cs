// Recurring jobs: from code, from appsettings.json, and at run time.
//   dotnet run --project samples/Schedules              ends after some seconds
//   dotnet run --project samples/Schedules -- --stay    goes on until Ctrl+C
// PGQUEUE_DB names an existing database; without it a throwaway PostgreSQL is started.
using PgQueue;
using PgQueue.Samples;
using PgQueue.Samples.Schedules;

await using var database = await SampleDatabase.StartAsync("demo_schedules_queue");
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.SetMinimumLevel(LogLevel.Warning);

// snippet:add-cron
builder.Services.AddPgQueue()
    .AddHandler<Report, ReportHandler>()
    .AddHandler<CleanUp, CleanUpHandler>()
    .AddCron("hourly-report", "0 * * * *", new Report("Hourly"), o =>
    {
        o.TimeZone = "Europe/Dublin";
        o.MissedRuns = MissedRuns.FireOnce;
    })
    .AddCron("pulse", "*/2 * * * * *", new Report("Pulse"));
// endsnippet

using var host = builder.Build();
await host.StartAsync();
if (args.Contains("--stay"))
{
    await host.WaitForShutdownAsync();
    return 0;
}

// snippet:schedule-client
var schedules = host.Services.GetRequiredService<IScheduleClient>();

await schedules.AddOrUpdateAsync("invoices-acme", "0 6 1 * *", new Report("Invoices of Acme"), o => o.TimeZone = "America/New_York");
await schedules.TriggerAsync("invoices-acme"); // one now, beside its occurrences
await schedules.PauseAsync("pulse");
await schedules.ResumeAsync("pulse");          // what fell into the pause does not run

foreach (var schedule in await schedules.ListAsync())
    Console.WriteLine($"{schedule.Name,-14} {schedule.State,-8} {schedule.Cron,-14} {schedule.TimeZone,-17} next {schedule.NextRun:u}");
// endsnippet

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
while ((await schedules.GetAsync("cleanup", limit.Token))?.LastState != JobState.Succeeded || (await schedules.GetAsync("pulse", limit.Token))?.LastState != JobState.Succeeded)
    await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
await schedules.RemoveAsync("invoices-acme");
await host.StopAsync();
return 0;
