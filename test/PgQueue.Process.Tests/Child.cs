using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PgQueue.ProcessTests;

/// <summary>One process of the library, as its supervisor sees it. Signals go to this pid only.</summary>
internal sealed partial class Child : IDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private long _stoppedAt;

    public Child(string database, string history, params IEnumerable<string> settings)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "PgQueue.TestWorker.dll"));
        start.ArgumentList.Add($"db={database}");
        start.ArgumentList.Add($"history={history}");
        foreach (var setting in settings)
            start.ArgumentList.Add(setting);
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => _log.Enqueue(e.Data ?? "");
        _process.ErrorDataReceived += (_, e) => _log.Enqueue(e.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Id = _process.Id;
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>When its death was seen; 0 while it lives.</summary>
    public long DeadAt { get; private set; }

    /// <summary>When it was frozen and thawed.</summary>
    public List<(long From, long To)> Frozen { get; } = [];

    public string Log => string.Join('\n', _log);

    public string LastLines => string.Join('\n', _log.TakeLast(25));

    public bool Said(string text) => _log.Any(l => l.Contains(text, StringComparison.Ordinal));

    public int Count(string text) => _log.Count(l => l.Contains(text, StringComparison.Ordinal));

    public Task StartedAsync() =>
        Wait.UntilAsync(() => HasExited ? throw new InvalidOperationException(Log) : Task.FromResult(Said("registered for queues")), "the worker registers", 30, () => Log);

    public async Task KillAsync()
    {
        Send(SigKill);
        await ExitAsync();
    }

    /// <summary>Asks it to stop.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        Send(SigTerm);
        await ExitAsync();
        return Stopwatch.GetElapsedTime(started);
    }

    public void Freeze()
    {
        Send(OperatingSystem.IsMacOS() ? 17 : 19);
        _stoppedAt = Stopwatch.GetTimestamp();
    }

    public long Thaw()
    {
        var now = Stopwatch.GetTimestamp();
        Frozen.Add((_stoppedAt, now));
        Send(OperatingSystem.IsMacOS() ? 19 : 18);
        return now;
    }

    public async Task ExitAsync(int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"process {Id} did not exit within {seconds} s\n{Log}");
        }

        DeadAt = DeadAt == 0 ? Stopwatch.GetTimestamp() : DeadAt;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Send(SigKill);
        _process.Dispose();
    }

    private void Send(int signal)
    {
        if (!_process.HasExited && Kill(Id, signal) != 0)
            throw new InvalidOperationException($"kill -{signal} {Id}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
