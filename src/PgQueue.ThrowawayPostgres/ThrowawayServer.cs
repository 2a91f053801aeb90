using Npgsql;
using PgQueue.ThrowawayPostgres.Running;

namespace PgQueue.ThrowawayPostgres;

/// <summary>A PostgreSQL server that lives as long as this object, or as long as the process that started it.</summary>
/// <remarks>It listens on the loopback address only and trusts whoever connects. Each server has a directory of its own.</remarks>
public sealed class ThrowawayServer : IAsyncDisposable
{
    private readonly IRunningServer _server;

    private ThrowawayServer(IRunningServer server)
    {
        _server = server;
        AppDomain.CurrentDomain.ProcessExit += DisposeAtExit;
    }

    /// <summary>The address the server listens on.</summary>
    public string Host => _server.Host;

    /// <summary>The port the server listens on; it stays the same over <see cref="StartAgainAsync"/>.</summary>
    public int Port => _server.Port;

    /// <summary>The major version of the server, such as 17.</summary>
    public int ServerVersion => _server.MajorVersion;

    /// <summary>The server's data directory.</summary>
    public string DataDirectory => _server.DataDirectory;

    /// <summary>The file the server logs to.</summary>
    public string LogFile => _server.LogFile;

    /// <summary>The name of the server's superuser, who needs no password.</summary>
    public string SuperUser => ServerDefaults.SuperUser;

    /// <summary>Starts a server and returns once it takes connections.</summary>
    /// <param name="options">Which server, and how; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Gives up the start; nothing stays behind.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="ThrowawayPostgresException">No PostgreSQL is installed, or it did not start.</exception>
    public static async Task<ThrowawayServer> StartAsync(
        ThrowawayServerOptions? options = null, CancellationToken cancellationToken = default) =>
        new(await ServerSource.StartAsync(options ?? new ThrowawayServerOptions(), cancellationToken).ConfigureAwait(false));

    /// <summary>A connection string for one of the server's databases.</summary>
    /// <param name="database">The database.</param>
    /// <param name="username">The user; <see langword="null"/> for the superuser.</param>
    /// <returns>The connection string.</returns>
    public string ConnectionString(string database = "postgres", string? username = null) =>
        ServerDefaults.ConnectionString(Host, Port, database, username);

    /// <summary>Creates a database.</summary>
    /// <param name="name">Its name; <see langword="null"/> for a fresh one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The new database's connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string? name = null, CancellationToken cancellationToken = default)
    {
        name ??= $"db_{Guid.NewGuid():N}";
        var admin = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
        await using var _ = admin.ConfigureAwait(false);
        await admin.OpenAsync(cancellationToken).ConfigureAwait(false);

        // template0, unlike template1, never has a session that would make the copy fail
        var command = new NpgsqlCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" template template0", admin);
        await using var __ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return ConnectionString(name);
    }

    /// <summary>Stops the server and keeps its data; does nothing if it is stopped.</summary>
    /// <param name="mode">How it stops.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>A task that ends when the server has stopped.</returns>
    /// <exception cref="ThrowawayPostgresException">The server did not stop in time.</exception>
    public Task StopAsync(ThrowawayStopMode mode = ThrowawayStopMode.Fast, CancellationToken cancellationToken = default) =>
        _server.StopAsync(mode, cancellationToken);

    /// <summary>Starts the stopped server again, on the same port with the same data.</summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>A task that ends when the server takes connections.</returns>
    /// <exception cref="ThrowawayPostgresException">The server did not start in time.</exception>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => _server.StartAgainAsync(cancellationToken);

    /// <summary>Reads all that the server has logged.</summary>
    /// <returns>The log, or an empty text if there is none.</returns>
    public string ReadLog() => _server.ReadLog();

    /// <summary>Kills the server and deletes its directory.</summary>
    /// <returns>A task that ends when both are gone.</returns>
    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= DisposeAtExit;
        return _server.DisposeAsync();
    }

    // an exit that is not a death waits until nothing is left behind
    private void DisposeAtExit(object? sender, EventArgs e) => _server.DisposeAsync().AsTask().Wait(ServerDefaults.StopLimit);
}
