namespace PgQueue.Cli;

/// <summary>Ends the command with one line on the standard error stream.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What is wrong, the value, and what to do.</param>
/// <param name="innerException">The cause, for <c>--verbose</c>.</param>
internal sealed class CliException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
