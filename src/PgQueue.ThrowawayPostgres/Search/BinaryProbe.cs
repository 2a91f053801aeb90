using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PgQueue.ThrowawayPostgres.Search;

/// <summary>Tells whether a folder holds server binaries, and of which version.</summary>
internal static partial class BinaryProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static PostgresBinaries? Read(string directory)
    {
        if (!Path.Exists(PathOf(directory, "initdb")) || !Path.Exists(PathOf(directory, "pg_ctl")))
            return null;

        var text = FirstOutput(PathOf(directory, "postgres"), "--version");
        var match = VersionPattern().Match(text ?? "");
        return match.Success
            ? new PostgresBinaries(Path.GetFullPath(directory), text!, int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture))
            : null;
    }

    public static string PathOf(string directory, string program) =>
        Path.Combine(directory, OperatingSystem.IsWindows() ? program + ".exe" : program);

    /// <summary>Runs a quick program and returns its output, or null if it cannot run.</summary>
    public static string? FirstOutput(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [argument])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var output = process!.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(Limit) && process.ExitCode == 0 && output.Wait(Limit))
                return output.Result.Trim();
            if (!process.HasExited)
                process.Kill();
            return null;
        }
        catch (Win32Exception)
        {
            return null; // not there, or not for this machine
        }
    }

    [GeneratedRegex(@"PostgreSQL\) (?<major>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionPattern();
}
