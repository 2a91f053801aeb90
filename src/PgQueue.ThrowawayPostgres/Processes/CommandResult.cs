namespace PgQueue.ThrowawayPostgres.Processes;

/// <summary>How a child process ended, and what it said.</summary>
internal sealed record CommandResult(int ExitCode, string Output);
