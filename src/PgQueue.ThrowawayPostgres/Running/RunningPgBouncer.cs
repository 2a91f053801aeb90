using System.Diagnostics;
using System.Globalization;
using PgQueue.ThrowawayPostgres.Processes;
using PgQueue.ThrowawayPostgres.Search;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>A PgBouncer process in a directory of its own.</summary>
internal sealed class RunningPgBouncer : IAsyncDisposable
{
    private readonly ServerAccount _account;
    private readonly OwnedDirectory _directory;
    private readonly OwnerWatcher _watcher;
    private Process? _process;
    private Task<string> _errors = Task.FromResult("");
    private int _disposed;

    private RunningPgBouncer(ServerAccount account, OwnedDirectory directory)
    {
        _account = account;
        _directory = directory;
        _watcher = OwnerWatcher.Start(directory.Path, PidFile, "KILL", remove: true);
    }

    public int Port { get; private set; }

    private string Home => DirectoryRemover.DataIn(_directory.Path);

    // named like PostgreSQL's, so that a sweep finds it without knowing what ran here
    private string PidFile => DirectoryRemover.PidFileIn(_directory.Path);

    private string LogFile => Path.Combine(Home, "pgbouncer.log");

    private string ConfigurationFile => Path.Combine(Home, "pgbouncer.ini");

    public static async Task<RunningPgBouncer> StartAsync(ThrowawayServer server, string poolMode, int poolSize, CancellationToken cancellationToken)
    {
        var program = OperatingSystem.IsWindows() ? null : BinaryPlaces.OnPath("pgbouncer");
        if (program is null)
            throw new ThrowawayPostgresException(InstallAdvice.ForPgBouncer());

        var account = ServerAccount.Current();
        var bouncer = new RunningPgBouncer(account, OwnedDirectory.Create(account));
        try
        {
            await Workplace.MakeWritableAsync(bouncer.Home, account, cancellationToken).ConfigureAwait(false);
            for (var tries = 1; ; tries++)
            {
                if (await bouncer.TryStartAsync(program, server, poolMode, poolSize, cancellationToken).ConfigureAwait(false))
                    return bouncer;
                var said = bouncer._process!.HasExited ? await bouncer._errors.ConfigureAwait(false) : bouncer.ReadLog();
                if (tries == ServerDefaults.PortTries || !said.Contains("in use", StringComparison.OrdinalIgnoreCase))
                    throw new ThrowawayPostgresException($"PgBouncer did not start:{Environment.NewLine}{said}");
            }
        }
        catch
        {
            await bouncer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public string ReadLog() => SharedFile.ReadLog(LogFile);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        await _watcher.FinishAsync(ServerDefaults.StopLimit, CancellationToken.None).ConfigureAwait(false);
        _watcher.Dispose();
        _process?.Dispose();
        _directory.Dispose();
    }

    private async Task<bool> TryStartAsync(string program, ThrowawayServer server, string poolMode, int poolSize, CancellationToken cancellationToken)
    {
        Port = FreePort.Next();
        await File.WriteAllTextAsync(ConfigurationFile, Configuration(server, poolMode, poolSize), cancellationToken).ConfigureAwait(false);
        var commandLine = _account.Wrap(program, ConfigurationFile);
        if (BinaryPlaces.OnPath("setsid") is { } setsid)
            commandLine = [setsid, .. commandLine];
        _process = Command.Start(Command.Prepare(commandLine, Home));
        _process.StandardInput.Close();
        _errors = _process.StandardError.ReadToEndAsync(CancellationToken.None); // what it says before it has a log

        using var clock = new CancellationTokenSource(ServerDefaults.StartLimit, TimeProvider.System);
        while (!_process.HasExited && !clock.IsCancellationRequested)
        {
            if (ReadLog().Contains("process up:", StringComparison.Ordinal))
                return true;
            await Task.Delay(ServerDefaults.PollPause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private string Configuration(ThrowawayServer server, string poolMode, int poolSize) => string.Create(CultureInfo.InvariantCulture, $"""
        [databases]
        * = host={server.Host} port={server.Port} user={server.SuperUser}

        [pgbouncer]
        listen_addr = {ServerDefaults.Host}
        listen_port = {Port}
        unix_socket_dir =
        auth_type = any
        pool_mode = {poolMode}
        default_pool_size = {poolSize}
        max_client_conn = 500
        logfile = {LogFile}
        pidfile = {PidFile}

        """);
}
