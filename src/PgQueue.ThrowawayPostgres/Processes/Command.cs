using System.ComponentModel;
using System.Diagnostics;

namespace PgQueue.ThrowawayPostgres.Processes;

/// <summary>Runs child processes, bounded in time, their output kept from ours.</summary>
internal static class Command
{
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    /// <summary>A start that inherits none of the PG* variables, which would steer a server or its tools.</summary>
    public static ProcessStartInfo Prepare(IEnumerable<string> commandLine, string workingDirectory)
    {
        var words = commandLine.ToArray();
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ThrowawayPostgresException($"'{start.FileName}' cannot be run: {e.Message}", e);
        }
    }

    public static async Task<CommandResult> RunAsync(
        IEnumerable<string> commandLine, string workingDirectory, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var process = Start(Prepare(commandLine, workingDirectory));
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var clock = new CancellationTokenSource(limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ThrowawayPostgresException($"'{Words(process)}' did not end within {limit.TotalSeconds} s.", e);
        }

        return new CommandResult(process.ExitCode, (await SoFarAsync(output).ConfigureAwait(false) + await SoFarAsync(errors).ConfigureAwait(false)).Trim());
    }

    /// <summary>Runs a command that has to succeed.</summary>
    public static async Task EnsureAsync(
        IEnumerable<string> commandLine, string workingDirectory, TimeSpan limit, CancellationToken cancellationToken)
    {
        var words = commandLine.ToArray();
        var result = await RunAsync(words, workingDirectory, limit, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new ThrowawayPostgresException($"'{string.Join(' ', words)}' ended with {result.ExitCode}:{Environment.NewLine}{result.Output}");
    }

    private static string Words(Process process) => string.Join(' ', process.StartInfo.ArgumentList.Prepend(process.StartInfo.FileName));

    // on Windows a server started by the command holds the pipe open for as long as it lives
    private static async Task<string> SoFarAsync(Task<string> output)
    {
        try
        {
            return await output.WaitAsync(OutputGrace, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }
}
