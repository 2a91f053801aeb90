using System.Diagnostics;
using System.Text;

namespace PgQueue.TestWorker;

/// <summary>
/// What this process saw, for the checker: a line an event, one write a line, so that a process killed at any moment leaves whole lines. The time is
/// CLOCK_MONOTONIC, which all processes of a host share.
/// </summary>
internal sealed class History(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(string kind, Guid job, long token = 0, int attempt = 0, string extra = "")
    {
        lock (_gate)
            _file.Write(Encoding.UTF8.GetBytes(
                $"{Stopwatch.GetTimestamp()}|{Environment.ProcessId}|{kind}|{job}|{token}|{attempt}|{extra.ReplaceLineEndings(" ").Replace('|', '/')}\n"));
    }

    public void Write(string kind, JobContext context, string extra = "") => Write(kind, context.JobId, context.Token, context.Attempt, extra);

    public void Dispose() => _file.Dispose();
}
