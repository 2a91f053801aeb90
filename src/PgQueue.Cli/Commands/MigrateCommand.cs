using System.CommandLine;
using Npgsql;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>migrate</c>: makes the schema, or brings it up to date.</summary>
internal static class MigrateCommand
{
    public static Command Build(CommandRunner runner) =>
        runner.Command("migrate", "Make the schema, or bring it up to date. Safe to repeat, and while workers run.", _ => { }, RunAsync);

    private static async Task<int> RunAsync(CommandContext context)
    {
        try
        {
            var session = await context.OpenAsync(MigrateMode.Auto).ConfigureAwait(false);
            if (context.Screen.IsJson)
                context.Screen.Document(new { session.Target.Schema, PgQueueSchema.Version, Changed = session.HasMigrated });
            else
                context.Screen.Say(session.HasMigrated
                    ? $"Schema {session.Target.Schema} is now at version {PgQueueSchema.Version}."
                    : $"Schema {session.Target.Schema} is at version {PgQueueSchema.Version} already.");
            return ExitCode.Done;
        }
        catch (PgQueueException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refusal)
        {
            throw new CliException(ExitCode.Database,
                $"The database role may not make or change the schema: {refusal.MessageText}. Let the database's owner apply the output of \"pgqueue script\".", e);
        }
    }
}
