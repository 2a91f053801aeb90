using System.Diagnostics;
using System.Globalization;

namespace PgQueue.Bench;

/// <summary>One drain by a worker process.</summary>
/// <param name="JobsPerSecond">From the start of the host to the last settled job.</param>
/// <param name="PeakMegabytes">The worker process's peak working set.</param>
/// <param name="Connections">Its database connections at most.</param>
internal sealed record DrainRun(double JobsPerSecond, double PeakMegabytes, double Connections)
{
    public static async Task<DrainRun> RunAsync(string connection, int jobs)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(DrainRun).Assembly.Location);
        foreach (var argument in (string[])["worker", connection, (jobs + DrainWorker.WarmUp).ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("drained ", StringComparison.Ordinal)) ?? throw new InvalidOperationException(output);
        Figures.Say("  " + line);
        var words = line.Split(' ');
        double Value(string name) => double.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
        if (Value("runs") != jobs + DrainWorker.WarmUp)
            throw new InvalidOperationException($"{Value("runs")} runs of {jobs + DrainWorker.WarmUp} jobs");
        return new DrainRun(jobs / Value("busy"), Value("peak_mb"), Value("connections"));
    }
}
