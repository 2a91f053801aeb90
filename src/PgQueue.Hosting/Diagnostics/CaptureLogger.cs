using Microsoft.Extensions.Logging;

namespace PgQueue.Diagnostics;

/// <summary>One category as <see cref="LogCapture"/> sees it.</summary>
internal sealed class CaptureLogger(LogCapture capture, string category) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => capture.Current is { } lines && lines.Takes(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (capture.Current is not { } lines || !lines.Takes(logLevel))
            return;
        string message;
        try
        {
            message = formatter(state, exception) ?? "";
        }
        catch (Exception failure)
        {
            // it is the handler's line, and the other providers tell it
            message = $"(its message cannot be written: {failure.GetType()})";
        }

        lines.Add(logLevel, category, message, exception);
    }
}
