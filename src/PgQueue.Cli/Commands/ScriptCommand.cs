using System.CommandLine;
using System.Globalization;
using PgQueue.Cli.Input;

namespace PgQueue.Cli.Commands;

/// <summary><c>script</c>: prints what <c>migrate</c> would do, for those who apply changes by hand.</summary>
internal static class ScriptCommand
{
    public static Command Build(CommandRunner runner)
    {
        var from = Parsed.Option<int>("--from", "version", "The version the schema has. Default 0: there is none yet.", $"0 to {PgQueueSchema.Version}",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version <= PgQueueSchema.Version ? version : null);
        var grants = new Option<bool>("--grants") { Description = "Print the script that makes least-privilege roles instead." };
        return runner.Command("script", "Print what migrate does, as a psql script. Needs no database.", command =>
        {
            command.Add(from);
            command.Add(grants);
        }, context => RunAsync(context, context.Parsed.GetValue(from), context.Parsed.GetValue(grants)));
    }

    private static Task<int> RunAsync(CommandContext context, int? version, bool grants)
    {
        if (grants && version is not null)
            throw new CliException(ExitCode.Usage, "--from: the script for roles has no versions. Leave it out with --grants.");
        var from = version ?? 0;
        var schema = context.Schema;
        string script;
        try
        {
            script = grants ? PgQueueSchema.GetGrantsScript(schema) : PgQueueSchema.GetScript(from, schema);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, $"--schema: \"{schema}\" is not right. It must be 1 to 48 of a-z 0-9 _, not starting with a digit or pg_.", e);
        }

        if (context.Screen.IsJson)
            context.Screen.Document(new { Schema = schema, From = grants ? (int?)null : from, PgQueueSchema.Version, Script = script });
        else
            context.Screen.Raw(script);
        return Task.FromResult(ExitCode.Done);
    }
}
