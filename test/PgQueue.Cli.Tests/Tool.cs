using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace PgQueue.CliTests;

/// <summary>One process of the tool, as a shell would start it. Signals go to this pid only.</summary>
internal sealed partial class Tool : IDisposable
{
    private const int SigInt = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    private Tool(string? connection, IEnumerable<string> arguments, string? folder, IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "pgqueue.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(k => k.Contains("PgQueue", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(inherited);
        if (connection is not null)
            start.Environment["PGQUEUE_CONNECTION"] = connection;
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Hear(_out, e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(_error, e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    /// <summary>Runs it to its end, with its input closed.</summary>
    public static async Task<Result> RunAsync(string? connection, params string[] arguments)
    {
        using var tool = new Tool(connection, arguments, folder: null, variables: null);
        return await tool.EndAsync();
    }

    public static async Task<Result> RunInAsync(string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        using var tool = new Tool(connection: null, arguments, folder, variables);
        return await tool.EndAsync();
    }

    public static Tool Start(string connection, params string[] arguments) => new(connection, arguments, folder: null, variables: null);

    /// <summary>Waits until it has written this on the standard error stream.</summary>
    public async Task SaidAsync(string text)
    {
        TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            if (_error.ToString().Contains(text, StringComparison.Ordinal))
                return;
            _awaited[text] = source;
        }

        await source.Task.WaitAsync(Limit, TimeProvider.System);
    }

    public void Interrupt()
    {
        if (Kill(_process.Id, SigInt) != 0)
            throw new InvalidOperationException($"kill -2 {_process.Id}: error {Marshal.GetLastPInvokeError()}");
    }

    public async Task<Result> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        lock (_awaited)
            return new Result(_process.ExitCode, _out.ToString(), _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Hear(StringBuilder into, string? line)
    {
        if (line is null)
            return;
        lock (_awaited)
        {
            into.Append(line).Append('\n');
            if (ReferenceEquals(into, _error))
                foreach (var (text, source) in _awaited)
                    if (line.Contains(text, StringComparison.Ordinal))
                        source.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
