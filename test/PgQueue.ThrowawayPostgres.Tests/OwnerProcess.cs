using System.Diagnostics;
using System.Globalization;

namespace PgQueue.ThrowawayPostgres.Tests;

/// <summary>A child process that owns a server.</summary>
internal sealed class OwnerProcess : IDisposable
{
    private readonly Process _process;

    private OwnerProcess(Process process, string[] answer)
    {
        _process = process;
        DataDirectory = answer[0];
        Ports = [.. answer[1..].Where(static port => port.Length > 0).Select(static port => int.Parse(port, CultureInfo.InvariantCulture))];
    }

    public string DataDirectory { get; }

    public int[] Ports { get; }

    public static async Task<OwnerProcess> StartAsync(params string[] extra)
    {
        var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(OwnerProgram).Assembly.Location, OwnerProgram.Command, .. extra])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var answer = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The owner said nothing.");
        return new OwnerProcess(process, answer.Split('|'));
    }

    public async Task KillAsync()
    {
        _process.Kill(); // SIGKILL, of this one process only
        await _process.WaitForExitAsync();
    }

    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
