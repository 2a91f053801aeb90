using PgQueue.ThrowawayPostgres.Processes;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>Stops whatever server runs in a directory, then removes the directory.</summary>
internal static class DirectoryRemover
{
    /// <summary>The signals by which PostgreSQL stops.</summary>
    public const string ImmediateSignal = "QUIT", FastSignal = "INT";

    public static async Task RemoveAsync(string directory, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            await StopByControlAsync(binaries, DataIn(directory), "immediate", cancellationToken).ConfigureAwait(false);
            TryDelete(directory);
            return;
        }

        using var watcher = OwnerWatcher.Start(directory, PidFileIn(directory), ImmediateSignal, remove: true);
        await watcher.FinishAsync(ServerDefaults.StopLimit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops a server and keeps its directory; false if it outlived the limit.</summary>
    public static async Task<bool> StopAsync(string directory, PostgresBinaries binaries, ThrowawayStopMode mode, CancellationToken cancellationToken)
    {
        var immediate = mode == ThrowawayStopMode.Immediate;
        if (OperatingSystem.IsWindows())
            return await StopByControlAsync(binaries, DataIn(directory), immediate ? "immediate" : "fast", cancellationToken).ConfigureAwait(false);

        using var watcher = OwnerWatcher.Start(directory, PidFileIn(directory), immediate ? ImmediateSignal : FastSignal, remove: false);
        return await watcher.FinishAsync(ServerDefaults.StopLimit, cancellationToken).ConfigureAwait(false);
    }

    public static string DataIn(string directory) => Path.Combine(directory, "data");

    /// <summary>The file in which the server in a directory, PostgreSQL or PgBouncer, notes its process number.</summary>
    public static string PidFileIn(string directory) => PostmasterFile.PathIn(DataIn(directory));

    public static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // somebody else removes it, or still reads it: the next sweep comes by
        }
    }

    private static async Task<bool> StopByControlAsync(PostgresBinaries binaries, string data, string mode, CancellationToken cancellationToken)
    {
        if (!File.Exists(PostmasterFile.PathIn(data)))
            return true;

        string[] commandLine = [binaries.PathOf("pg_ctl"), "stop", "-D", data, "-m", mode, "-w", "-t", "20"];
        var result = await Command.RunAsync(commandLine, Path.GetTempPath(), ServerDefaults.StopLimit, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0;
    }
}
