using Microsoft.Extensions.Logging;

namespace PgQueue.Cli.Connecting;

/// <summary>Hears what the queue says while it starts: that the database cannot be reached, which does not stop a host but stops a command, and that it migrated.</summary>
internal sealed class StartLog : ILoggerProvider, ILogger
{
    private const int Migrated = 101;
    private const int NotReady = 102;
    private volatile Exception? _outage;
    private volatile bool _hasMigrated;

    /// <summary>Why the database could not be prepared.</summary>
    public Exception? Outage => _outage;

    /// <summary>Whether steps were applied to the schema.</summary>
    public bool HasMigrated => _hasMigrated;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == NotReady)
            _outage ??= exception;
        else if (eventId.Id == Migrated)
            _hasMigrated = true;
    }

    public void Dispose()
    {
        // nothing is held
    }
}
