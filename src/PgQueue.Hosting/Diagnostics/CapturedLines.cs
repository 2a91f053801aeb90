using Microsoft.Extensions.Logging;
using PgQueue.Payloads;

namespace PgQueue.Diagnostics;

/// <summary>The lines of one attempt. Bounded: the oldest go first, and one line says how many went.</summary>
internal sealed class CapturedLines(JobLogLevel least, TimeProvider time)
{
    private const int MaxLines = 100;
    private const int MaxBytes = 16 * 1024;

    /// <summary>Room for the line that says how many were dropped.</summary>
    private const int Reserve = 256;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _lines = new();
    private DateTimeOffset _droppedAt;
    private int _bytes;
    private int _dropped;
    private volatile bool _isClosed;

    /// <summary>Whether a line of that level is kept; none is after the end of the attempt.</summary>
    public bool Takes(LogLevel level) => !_isClosed && level != LogLevel.None && (int)level >= (int)least;

    public void Add(LogLevel level, string category, string message, Exception? exception)
    {
        var at = time.GetUtcNow();
        var line = LogLines.Write(new JobLogLine(at, (JobLogLevel)level, category, message, exception is null ? null : ErrorText.Brief(exception)));
        lock (_gate)
        {
            if (_isClosed)
                return;
            _lines.Enqueue(line);
            _bytes += line.Length + 1;
            while (_lines.Count > (_dropped > 0 ? MaxLines - 1 : MaxLines) || _bytes > MaxBytes - Reserve)
            {
                _bytes -= _lines.Dequeue().Length + 1;
                _dropped++;
                _droppedAt = at;
            }
        }
    }

    /// <summary>The lines so far as JSON; null for none.</summary>
    public byte[]? ToJson()
    {
        lock (_gate)
        {
            if (_lines.Count == 0)
                return null;
            if (_dropped == 0)
                return LogLines.Join(_lines);
            var marker = new JobLogLine(_droppedAt, JobLogLevel.Information, "", $"{_dropped} earlier line{(_dropped == 1 ? " was" : "s were")} dropped", Exception: null);
            return LogLines.Join(_lines.Prepend(LogLines.Write(marker)));
        }
    }

    /// <summary>The lines as JSON; what still comes is not kept.</summary>
    public byte[]? Close()
    {
        lock (_gate)
            _isClosed = true;
        return ToJson();
    }
}
