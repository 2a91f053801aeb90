using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PgQueue.Cli.Connecting;

/// <summary>One queue for as long as a command runs. It has no handlers, so it starts no worker.</summary>
internal sealed class QueueSession : IAsyncDisposable
{
    // the record of acts says user@machine and this
    private const string Name = "pgqueue";
    private readonly IHost _host;

    private QueueSession(IHost host, Target target, bool hasMigrated)
    {
        (_host, Target, HasMigrated) = (host, target, hasMigrated);
        Admin = host.Services.GetRequiredService<IJobAdmin>();
        Client = host.Services.GetRequiredService<IJobClient>();
        Schedules = host.Services.GetRequiredService<IScheduleClient>();
    }

    public Target Target { get; }

    public bool HasMigrated { get; }

    public IJobAdmin Admin { get; }

    public IJobClient Client { get; }

    public IScheduleClient Schedules { get; }

    /// <exception cref="CliException">The connection string cannot be used.</exception>
    /// <exception cref="OutageException">The database cannot be reached.</exception>
    /// <exception cref="SchemaVersionException">It holds no queue of this version.</exception>
    public static async Task<QueueSession> OpenAsync(Target target, MigrateMode migrate, CancellationToken cancellationToken)
    {
        var log = new StartLog();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = Name });
        builder.Logging.AddProvider(log);
        builder.Services.AddPgQueue(options =>
        {
            options.ConnectionString = Named(target.ConnectionString);
            options.Schema = target.Schema;
            options.Migrate = migrate;
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return log.Outage is { } outage ? throw new OutageException(outage) : new QueueSession(host, target, log.HasMigrated);
        }
        catch (OptionsValidationException e)
        {
            host.Dispose();
            throw new CliException(ExitCode.Usage, string.Join(" ", e.Failures.Select(f => InOurWords(f, target))), e);
        }
        catch (Exception)
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The server's list of sessions shall tell who this is. A string that cannot be read is left for the queue's own check, which names the fault.</summary>
    private static string Named(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            settings.ApplicationName ??= Name;
            return settings.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return connectionString;
        }
    }

    private static string InOurWords(string failure, Target target) => failure
        .Replace("PgQueue:ConnectionString", target.Source, StringComparison.Ordinal)
        .Replace("PgQueue:Schema", "--schema", StringComparison.Ordinal);
}
