namespace PgQueue;

/// <summary>One line that a handler logged, captured with its attempt; see <see cref="PgQueueOptions.CaptureLogs"/>.</summary>
/// <param name="At">When it was logged, by the worker's clock.</param>
/// <param name="Level">Its level.</param>
/// <param name="Category">The logger's category; empty for the line that says how many were dropped.</param>
/// <param name="Message">The formatted message, at most 2 KiB.</param>
/// <param name="Exception">The class and message of the exception it was logged with, at most 1 KiB.</param>
public sealed record JobLogLine(DateTimeOffset At, JobLogLevel Level, string Category, string Message, string? Exception);
