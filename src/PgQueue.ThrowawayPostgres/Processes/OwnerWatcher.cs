using System.Diagnostics;
using PgQueue.ThrowawayPostgres.Search;

namespace PgQueue.ThrowawayPostgres.Processes;

/// <summary>A small shell process that outlives its owner just long enough to stop a server and remove its directory.</summary>
/// <remarks>It holds the reading end of a pipe from us: the end of the pipe, however it comes, is the signal.</remarks>
internal sealed class OwnerWatcher : IDisposable
{
    private readonly Process _process;

    private OwnerWatcher(Process process) => _process = process;

    /// <summary>Starts to watch over a directory.</summary>
    public static OwnerWatcher Start(string directory, string pidFile, string signal, bool remove)
    {
        string[] shell = ["/bin/sh", "-c", Script(), "pgqueue-watcher", directory, pidFile, signal, remove ? "remove" : "keep"];

        // its own session, so that what kills our process group, such as Ctrl+C, leaves it its work
        var commandLine = BinaryPlaces.OnPath("setsid") is { } setsid ? [setsid, .. shell] : shell;
        return new OwnerWatcher(Command.Start(Command.Prepare(commandLine, "/")));
    }

    /// <summary>Lets the watcher do its work now; true if it did all of it.</summary>
    public async Task<bool> FinishAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(limit, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return _process.ExitCode == 0;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Dispose() => _process.Dispose();

    private static string Script()
    {
        using var stream = typeof(OwnerWatcher).Assembly.GetManifestResourceStream("watch.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
