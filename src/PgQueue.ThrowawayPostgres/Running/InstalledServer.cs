using System.Globalization;
using PgQueue.ThrowawayPostgres.Processes;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>A server that runs from installed binaries, in a directory of its own.</summary>
internal sealed class InstalledServer : IRunningServer
{
    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount _account;
    private readonly OwnedDirectory _directory;
    private readonly OwnerWatcher? _watcher;
    private int _disposed;

    private InstalledServer(PostgresBinaries binaries, ServerAccount account, OwnedDirectory directory)
    {
        _binaries = binaries;
        _account = account;
        _directory = directory;
        if (!OperatingSystem.IsWindows())
            _watcher = OwnerWatcher.Start(directory.Path, DirectoryRemover.PidFileIn(directory.Path), DirectoryRemover.ImmediateSignal, remove: true);
    }

    public string Host => ServerDefaults.Host;

    public int Port { get; private set; }

    public int MajorVersion => _binaries.MajorVersion;

    public string DataDirectory => DirectoryRemover.DataIn(_directory.Path);

    public string LogFile => Path.Combine(DataDirectory, "server.log");

    public static async Task<InstalledServer> StartAsync(ThrowawayServerOptions options, CancellationToken cancellationToken)
    {
        var binaries = PostgresBinaries.Find(options.Version, options.BinDirectory);
        var account = ServerAccount.Current();
        var directory = OwnedDirectory.Create(account);
        var server = new InstalledServer(binaries, account, directory);
        try
        {
            await Sweeper.RunOnceAsync(directory, binaries, account, cancellationToken).ConfigureAwait(false);
            await ServerTemplate.CopyToAsync(server.DataDirectory, binaries, account, cancellationToken).ConfigureAwait(false);
            var settings = ServerSettings.ToConfigurationText(ServerSettings.For(options));
            await File.AppendAllTextAsync(Path.Combine(server.DataDirectory, "postgresql.conf"), settings, cancellationToken).ConfigureAwait(false);
            await server.StartOnSomePortAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task StopAsync(ThrowawayStopMode mode, CancellationToken cancellationToken)
    {
        if (!await DirectoryRemover.StopAsync(_directory.Path, _binaries, mode, cancellationToken).ConfigureAwait(false))
            throw new ThrowawayPostgresException($"PostgreSQL {MajorVersion} on port {Port} did not stop in time.{SharedFile.Tail(LogFile)}");
    }

    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; !await TryStartAsync(throwOnConflict: tries == ServerDefaults.PortTries, cancellationToken).ConfigureAwait(false); tries++)
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    public string ReadLog() => SharedFile.ReadLog(LogFile);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        if (_watcher is not null)
        {
            await _watcher.FinishAsync(ServerDefaults.StopLimit, CancellationToken.None).ConfigureAwait(false);
            _watcher.Dispose();
        }

        // Windows has no watcher; elsewhere somebody may have killed ours
        _directory.Dispose();
        if (Directory.Exists(_directory.Path))
            await DirectoryRemover.RemoveAsync(_directory.Path, _binaries, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task StartOnSomePortAsync(CancellationToken cancellationToken)
    {
        var tries = 0;
        do
        {
            Port = FreePort.Next();
            tries++;
        }
        while (!await TryStartAsync(throwOnConflict: tries == ServerDefaults.PortTries, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Starts the server; false if another process holds the port.</summary>
    private async Task<bool> TryStartAsync(bool throwOnConflict, CancellationToken cancellationToken)
    {
        var logged = ReadLog().Length;
        var seconds = ServerDefaults.StartLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var commandLine = _account.Wrap(
            _binaries.PathOf("pg_ctl"), "start", "-D", DataDirectory, "-l", LogFile, "-w", "-t", seconds, "-o", $"-p {Port}");

        // a cancellation ends pg_ctl and what it has started, but no longer once this method has returned
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var start = Command.RunAsync(commandLine, DataDirectory, ServerDefaults.StartLimit + ServerDefaults.PollPause, starting.Token);

        // pg_ctl looks only every tenth of a second
        while (!start.IsCompleted && !PostmasterFile.SaysReady(DataDirectory))
            await Task.WhenAny(start, Task.Delay(ServerDefaults.PollPause, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        if (!start.IsCompleted)
            return true;

        var result = await start.ConfigureAwait(false);
        if (result.ExitCode == 0)
            return true;
        if (!throwOnConflict && ReadLog()[logged..].Contains("could not bind", StringComparison.Ordinal))
            return false;
        throw new ThrowawayPostgresException($"PostgreSQL {MajorVersion} did not start: {result.Output}{SharedFile.Tail(LogFile)}");
    }
}
