using PgQueue.ThrowawayPostgres.Running;

namespace PgQueue.ThrowawayPostgres;

/// <summary>A PgBouncer in front of a <see cref="ThrowawayServer"/>, as strict as one in production.</summary>
/// <remarks>It logs every client in as the superuser. It needs Linux or macOS.</remarks>
public sealed class ThrowawayPgBouncer : IAsyncDisposable
{
    private readonly RunningPgBouncer _bouncer;

    private ThrowawayPgBouncer(RunningPgBouncer bouncer)
    {
        _bouncer = bouncer;
        AppDomain.CurrentDomain.ProcessExit += DisposeAtExit;
    }

    /// <summary>The address PgBouncer listens on.</summary>
    public string Host => ServerDefaults.Host;

    /// <summary>The port PgBouncer listens on.</summary>
    public int Port => _bouncer.Port;

    /// <summary>Starts a PgBouncer and returns once it takes connections.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="poolMode">When a server connection goes back to the pool: <c>session</c>, <c>transaction</c> or <c>statement</c>.</param>
    /// <param name="poolSize">The most server connections for one database.</param>
    /// <param name="cancellationToken">Gives up the start; nothing stays behind.</param>
    /// <returns>The running PgBouncer.</returns>
    /// <exception cref="ThrowawayPostgresException">PgBouncer is not installed, or it did not start.</exception>
    public static async Task<ThrowawayPgBouncer> StartAsync(
        ThrowawayServer server, string poolMode = "transaction", int poolSize = 20, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentException.ThrowIfNullOrEmpty(poolMode);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(poolSize);
        return new(await RunningPgBouncer.StartAsync(server, poolMode, poolSize, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A connection string that goes through PgBouncer.</summary>
    /// <param name="database">The database.</param>
    /// <returns>The connection string.</returns>
    public string ConnectionString(string database) => ServerDefaults.ConnectionString(Host, Port, database, null);

    /// <summary>Reads all that PgBouncer has logged.</summary>
    /// <returns>The log, or an empty text if there is none.</returns>
    public string ReadLog() => _bouncer.ReadLog();

    /// <summary>Stops PgBouncer and deletes its directory.</summary>
    /// <returns>A task that ends when both are gone.</returns>
    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= DisposeAtExit;
        return _bouncer.DisposeAsync();
    }

    private void DisposeAtExit(object? sender, EventArgs e) => _bouncer.DisposeAsync().AsTask().Wait(ServerDefaults.StopLimit);
}
