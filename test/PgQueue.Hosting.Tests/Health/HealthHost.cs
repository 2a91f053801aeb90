using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgQueue.Tests.Health;

/// <summary>A host with both health checks of its queue, and answers that are never old.</summary>
internal static class HealthHost
{
    public static Task<TestHost> StartAsync(
        string database, Action<IPgQueueBuilder>? add = null, Action<PgQueueHealthOptions>? health = null, Action<PgQueueOptions>? options = null,
        Action<IServiceCollection>? services = null) => TestHost.StartAsync(database, add, options, s => Add(s, health, services));

    public static void Add(IServiceCollection to, Action<PgQueueHealthOptions>? health, Action<IServiceCollection>? services)
    {
        to.AddHealthChecks()
            .AddPgQueue(tags: ["ready"], configure: o =>
            {
                o.CacheFor = TimeSpan.Zero;
                health?.Invoke(o);
            })
            .AddPgQueueLiveness(tags: ["live"]);
        services?.Invoke(to);
    }

    public static Task<HealthReportEntry> ReadyAsync(this TestHost host) => host.CheckAsync("pgqueue");

    public static Task<HealthReportEntry> LiveAsync(this TestHost host) => host.CheckAsync("pgqueue-live");

    public static async Task<HealthReportEntry> CheckAsync(this TestHost host, string name)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => r.Name == name).WaitAsync(Signals.Patience);
        return report.Entries[name];
    }

    /// <summary>The first answer with that status that says so.</summary>
    public static async Task<HealthReportEntry> UntilAsync(this TestHost host, HealthStatus status, string text = "")
    {
        HealthReportEntry entry = default;
        await Signals.UntilAsync(
            async () => (entry = await host.ReadyAsync()).Status == status && entry.Description!.Contains(text, StringComparison.Ordinal),
            () => Task.FromResult($"{entry.Status}: {entry.Description}"));
        return entry;
    }
}
