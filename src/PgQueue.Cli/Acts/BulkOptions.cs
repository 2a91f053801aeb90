using System.CommandLine;

namespace PgQueue.Cli.Acts;

/// <summary>The options of acts on many jobs.</summary>
internal sealed class BulkOptions
{
    public Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Do not ask before acting on many jobs." };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Only say how many jobs there are." };

    public void AddTo(Command command)
    {
        command.Add(Yes);
        command.Add(DryRun);
    }
}
