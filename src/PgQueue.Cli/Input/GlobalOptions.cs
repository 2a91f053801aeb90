using System.CommandLine;
using PgQueue.Cli.Connecting;

namespace PgQueue.Cli.Input;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = $"The database, as an Npgsql connection string. Else: --config, {TargetFinder.ConnectionVariable}, ConnectionStrings__PgQueue, ./appsettings.json.",
        HelpName = "text",
        Recursive = true,
    };

    public Option<string?> Schema { get; } = new("--schema")
    {
        Description = $"The queue's schema. Else: PgQueue:Schema of --config, {TargetFinder.SchemaVariable}, ./appsettings.json, {Target.DefaultSchema}.",
        HelpName = "name",
        Recursive = true,
    };

    public Option<string?> Config { get; } = new("--config")
    {
        Description = "A settings file with ConnectionStrings:PgQueue, and perhaps PgQueue:Schema.",
        HelpName = "file",
        Recursive = true,
    };

    public Option<bool> AsJson { get; } = new("--json") { Description = "Print one JSON document.", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Print the whole error, with its stack trace.", Recursive = true };

    public void AddTo(Command root)
    {
        root.Add(Connection);
        root.Add(Schema);
        root.Add(Config);
        root.Add(AsJson);
        root.Add(Verbose);
    }
}
