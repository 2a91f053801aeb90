using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PgQueue.Tests;

/// <summary>An application with one queue, as a user would build it, on a database of the test's own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _isStopped;

    private TestHost(IHost host, LogBook log) => (_host, Log) = (host, log);

    public LogBook Log { get; }

    public IServiceProvider Services => _host.Services;

    public IJobClient Client => Services.GetRequiredService<IJobClient>();

    public IJobAdmin Admin => Services.GetRequiredService<IJobAdmin>();

    public IScheduleClient Schedules => Services.GetRequiredService<IScheduleClient>();

    /// <summary>A started application. Polling is quick, so that no test depends on notifications unless it means to.</summary>
    public static async Task<TestHost> StartAsync(
        string database, Action<IPgQueueBuilder>? add = null, Action<PgQueueOptions>? options = null, Action<IServiceCollection>? services = null)
    {
        var host = Build(database, add, options, services);
        await host.StartAsync();
        return host;
    }

    public static TestHost Build(
        string database, Action<IPgQueueBuilder>? add = null, Action<PgQueueOptions>? options = null, Action<IServiceCollection>? services = null)
    {
        var log = new LogBook();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log);
        services?.Invoke(builder.Services);
        var queue = builder.Services.AddPgQueue(o =>
        {
            o.ConnectionString = Pooled(database);
            o.Polling.Busy = TimeSpan.FromMilliseconds(200);
            o.Polling.Idle = TimeSpan.FromMilliseconds(500);
            o.Shutdown.DrainTimeout = TimeSpan.FromSeconds(5);
            o.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
            o.Retry.MaxDelay = TimeSpan.FromMilliseconds(20);
            options?.Invoke(o);
        });
        add?.Invoke(queue);
        return new TestHost(builder.Build(), log);
    }

    /// <summary>A lease as short as the rules allow.</summary>
    public static void ShortLease(PgQueueOptions options)
    {
        options.Lease.Duration = TimeSpan.FromSeconds(2);
        options.Lease.RenewEvery = TimeSpan.FromMilliseconds(300);
    }

    public static string Pooled(string database) =>
        new NpgsqlConnectionStringBuilder(database) { Pooling = true, MaxPoolSize = 20 }.ConnectionString;

    public Task StartAsync() => _host.StartAsync().WaitAsync(Signals.Patience);

    public async Task StopAsync()
    {
        _isStopped = true;
        await _host.StopAsync().WaitAsync(Signals.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
            await StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
