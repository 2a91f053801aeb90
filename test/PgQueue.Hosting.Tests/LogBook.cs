using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PgQueue.Tests;

/// <summary>Keeps what was logged.</summary>
internal sealed class LogBook : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text, Exception? Exception)> _lines = new();

    public IEnumerable<string> Lines => _lines.Select(l => $"{l.Level} {l.Id} {l.Text} {l.Exception}");

    public int Count(int id) => _lines.Count(l => l.Id == id);

    public string All => string.Join('\n', Lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Id, logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}
