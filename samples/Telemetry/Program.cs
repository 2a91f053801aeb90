// Sends spans and metrics of the queue to an OpenTelemetry collector: one trace from the request over the enqueue to every attempt.
//   dotnet run --project samples/Telemetry
// OTEL_EXPORTER_OTLP_ENDPOINT names the collector, http://localhost:4317 if it is not set; without one what was measured is dropped in silence.
// PGQUEUE_DB names an existing database; without it a throwaway PostgreSQL is started.
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PgQueue;
using PgQueue.Samples;
using PgQueue.Samples.Telemetry;

await using var database = await SampleDatabase.StartAsync("demo_telemetry_queue");
using var shop = new ActivitySource("Shop");

// snippet:wire-otlp
var resource = ResourceBuilder.CreateDefault().AddService("shop");
using var traces = Sdk.CreateTracerProviderBuilder()
    .SetResourceBuilder(resource)
    .AddSource("Shop", "PgQueue")
    .AddOtlpExporter()
    .Build();
using var metrics = Sdk.CreateMeterProviderBuilder()
    .SetResourceBuilder(resource)
    .AddMeter("PgQueue")
    .AddOtlpExporter()
    .Build();
// endsnippet

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddPgQueue(options => options.Schema = "demo_telemetry_queue")
    .AddHandler<Import, ImportHandler>(configure: handler => handler.Retry = new RetryOptions { BaseDelay = TimeSpan.FromMilliseconds(50) });
using var host = builder.Build();
await host.StartAsync();
var jobs = host.Services.GetRequiredService<IJobClient>();

Console.WriteLine("Two imports and a bulk of 200. A collector shows them as two traces, the second with a retry, and 200 linked to one bulk.");
foreach (var import in new[] { new Import("prices.csv"), new Import("stock.csv", IsFlaky: true) })
{
    using var request = shop.StartActivity("POST /imports", ActivityKind.Server);
    await jobs.EnqueueAsync(import);
}

await jobs.EnqueueManyAsync(Enumerable.Range(1, 200).Select(part => new Import($"archive-{part:000}.csv")));

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
while ((await jobs.GetStatsAsync(limit.Token)) is { Ready: var ready, Scheduled: var scheduled, Running: var running } && ready + scheduled + running > 0)
    await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);

var stats = await jobs.GetStatsAsync(limit.Token);
Console.WriteLine($"Finished: {stats.Succeeded} succeeded, {stats.Retries} retried. What was measured has gone to the collector, if one listens.");
await host.StopAsync();
