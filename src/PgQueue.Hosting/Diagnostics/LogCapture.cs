using Microsoft.Extensions.Logging;

namespace PgQueue.Diagnostics;

/// <summary>
/// Sees what the application logs, and keeps what is logged in the flow of an attempt that captures. Added to the application's logging only where
/// some option asks for it.
/// </summary>
[ProviderAlias("PgQueue")]
internal sealed class LogCapture(PgQueueOptions options, TimeProvider time) : ILoggerProvider
{
    private readonly AsyncLocal<CapturedLines?> _current = new();

    /// <summary>Those of the attempt in whose flow the caller is.</summary>
    public CapturedLines? Current => _current.Value;

    /// <summary>Whether any option asks for lines.</summary>
    public static bool IsAsked(PgQueueOptions options, IEnumerable<HandlerOptions> handlers) =>
        Captures(options.CaptureLogs) || options.Queues?.Values.Any(q => Captures(q.CaptureLogs)) == true || handlers.Any(h => Captures(h.CaptureLogs));

    /// <summary>Lets what is logged in the flow of the calling async method go into lines of its own; null where none are kept.</summary>
    public CapturedLines? Begin(HandlerOptions handler, string queue)
    {
        var level = handler.CaptureLogs ?? (options.Queues is { } queues && queues.TryGetValue(queue, out var own) ? own.CaptureLogs : null) ?? options.CaptureLogs;
        var lines = Captures(level) ? new CapturedLines(level, time) : null;
        // also to null: a job may run in the flow of another that enqueued it
        if (lines is not null || _current.Value is not null)
            _current.Value = lines;
        return lines;
    }

    public ILogger CreateLogger(string categoryName) => new CaptureLogger(this, categoryName);

    public void Dispose()
    {
    }

    private static bool Captures(JobLogLevel? level) => level is not (null or JobLogLevel.None);
}
