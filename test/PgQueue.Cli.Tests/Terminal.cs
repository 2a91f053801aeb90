using System.Diagnostics;
using System.Text;

namespace PgQueue.CliTests;

/// <summary>The tool on a terminal of its own, which <c>script</c> of util-linux makes.</summary>
internal sealed class Terminal : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _seen = new();
    private readonly Task _reading;
    private readonly SemaphoreSlim _news = new(0);

    public Terminal(string connection, params string[] arguments)
    {
        var command = string.Join(' ', arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "pgqueue.dll")).Prepend("dotnet").Select(a => $"'{a}'"));
        var start = new ProcessStartInfo("script", ["--quiet", "--return", "--command", $"stty cols 200 rows 50; exec {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGQUEUE_CONNECTION"] = connection;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment.Remove("NO_COLOR");
        _process = Process.Start(start)!;
        _reading = ReadAsync();
    }

    public string Seen
    {
        get
        {
            lock (_seen)
                return _seen.ToString();
        }
    }

    public async Task SeenAsync(string text)
    {
        while (!Seen.Contains(text, StringComparison.Ordinal))
            Assert.That(await _news.WaitAsync(Limit), Is.True, $"not seen: {text}\n{Seen}");
    }

    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        await _reading;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _news.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        for (int count; (count = await _process.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            lock (_seen)
                _seen.Append(buffer, 0, count);
            _news.Release();
        }
    }
}
