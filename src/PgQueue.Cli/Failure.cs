using System.Data.Common;
using Npgsql;
using PgQueue.Cli.Connecting;

namespace PgQueue.Cli;

/// <summary>Turns an exception into an exit code and one line.</summary>
internal static class Failure
{
    private const string LibraryAdvice = " Set Migrate to ";

    public static CliException Of(Exception exception, bool isInterrupted) => exception switch
    {
        CliException e => e,
        OperationCanceledException when isInterrupted => new CliException(ExitCode.Interrupted, "interrupted."),
        _ when isInterrupted && IsOutage(exception) => new CliException(ExitCode.Interrupted, "interrupted."),
        OutageException e => new CliException(ExitCode.Database, Outage.Text(e.InnerException!)),
        SchemaVersionException e => new CliException(ExitCode.Schema, SchemaText(e.Message)),
        InvalidJobFilterException e => new CliException(ExitCode.Usage, e.Message
            .Replace($"{e.Field}:", $"{OptionOf(e.Field)}:", StringComparison.Ordinal).Replace("Set State to", "Give --state", StringComparison.Ordinal)),
        InvalidScheduleException e => new CliException(ExitCode.Refused, e.Message),
        PgQueueException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } } =>
            new CliException(ExitCode.Schema, "The schema holds no queue, or an older one. Run \"pgqueue migrate\"."),
        PgQueueException { InnerException: DbException e } => new CliException(ExitCode.Database, Outage.Text(e)),
        PgQueueException e => new CliException(ExitCode.Refused, e.Message),
        _ when IsOutage(exception) => new CliException(ExitCode.Database, Outage.Text(exception)),
        _ => new CliException(ExitCode.Fault, $"this should not have happened: {exception.GetType().Name}: {exception.Message} Report it with the output of --verbose."),
    };

    private static bool IsOutage(Exception exception) => exception is OutageException or DbException or IOException or TimeoutException or System.Net.Sockets.SocketException;

    /// <summary>What the library tells a programmer, as it helps an operator.</summary>
    private static string SchemaText(string message)
    {
        var advice = message.IndexOf(LibraryAdvice, StringComparison.Ordinal);
        return advice < 0 ? message : $"{message.AsSpan(0, advice)} Run \"pgqueue migrate\", or apply the output of \"pgqueue script\".";
    }

    private static string OptionOf(string field) => field switch
    {
        "perSecond" => "--rate",
        "runAt" => "--at",
        "priority" => "--to",
        _ => $"--{char.ToLowerInvariant(field[0])}{field.AsSpan(1)}",
    };
}
