using System.Globalization;
using Testcontainers.PostgreSql;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>A server in a container; compiled only with UseTestcontainers=true.</summary>
internal sealed class TestcontainersServer : IRunningServer
{
    private const int InnerPort = 5432;
    private const string DefaultVersion = "18";
    private readonly PostgreSqlContainer _container;

    private TestcontainersServer(PostgreSqlContainer container, int majorVersion, int port)
    {
        _container = container;
        MajorVersion = majorVersion;
        Port = port;
    }

    public string Host => _container.Hostname;

    public int Port { get; }

    public int MajorVersion { get; }

    /// <summary>The directory inside the container.</summary>
    public string DataDirectory => "/var/lib/pgqueue/data";

    /// <summary>Empty: the log is the container's output.</summary>
    public string LogFile => "";

    public static async Task<TestcontainersServer> StartAsync(ThrowawayServerOptions options, CancellationToken cancellationToken)
    {
        var version = options.Version ?? Environment.GetEnvironmentVariable("PGQUEUE_PG_VERSION") ?? DefaultVersion;
        var settings = ServerSettings.For(options);
        settings["listen_addresses"] = "*"; // the container's own network, of which only the port below is opened
        settings.Remove("unix_socket_directories"); // the image starts the server first on its socket alone

        // a fixed port, as one that the daemon picks would change from start to start
        var port = FreePort.Next();
        var container = new PostgreSqlBuilder($"postgres:{version}")
            .WithUsername(ServerDefaults.SuperUser)
            .WithDatabase("postgres")
            .WithEnvironment("POSTGRES_HOST_AUTH_METHOD", "trust")
            .WithEnvironment("PGDATA", "/var/lib/pgqueue/data")
            .WithCommand([.. settings.SelectMany(static setting => new[] { "-c", $"{setting.Key}={setting.Value}" })])
            .WithPortBinding(port, InnerPort)
            .Build();
        try
        {
            await container.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await container.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new TestcontainersServer(container, int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture), port);
    }

    public async Task StopAsync(ThrowawayStopMode mode, CancellationToken cancellationToken)
    {
        // the server is the container's first process, so its end is the container's
        var signal = mode == ThrowawayStopMode.Immediate ? DirectoryRemover.ImmediateSignal : DirectoryRemover.FastSignal;
        await _container.ExecAsync(["sh", "-c", $"kill -s {signal} 1"], cancellationToken).ConfigureAwait(false);
        await _container.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAgainAsync(CancellationToken cancellationToken) => _container.StartAsync(cancellationToken);

    public string ReadLog()
    {
        using var limit = new CancellationTokenSource(ServerDefaults.CommandLimit, TimeProvider.System);
        var (output, errors) = _container.GetLogsAsync(ct: limit.Token).GetAwaiter().GetResult();
        return output + errors;
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
