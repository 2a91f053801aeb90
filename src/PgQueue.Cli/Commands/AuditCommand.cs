using System.CommandLine;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>audit</c>: who did what.</summary>
internal static class AuditCommand
{
    public static Command Build(CommandRunner runner)
    {
        var page = new PageOptions("lines");
        return runner.Command("audit", "List who did what, the newest first.", page.AddTo, async context =>
        {
            var session = await context.OpenAsync().ConfigureAwait(false);
            var found = await session.Admin.GetAuditAsync(page.After(context.Parsed), page.Size(context.Parsed), context.Token).ConfigureAwait(false);
            if (context.Screen.IsJson)
            {
                context.Screen.Document(new { Lines = found.Lines.Select(l => new { l.Id, l.At, l.Actor, l.Act, l.Target, l.Reason, l.Count }), found.Next });
                return ExitCode.Done;
            }

            var table = new TableText("At", "Actor", "Act", "#Count", "~Target", "~Reason");
            foreach (var line in found.Lines)
                table.Row(Words.Instant(line.At), line.Actor, line.Act, Words.Number(line.Count), line.Target, line.Reason);
            context.Screen.Table(table);
            PageOptions.Tell(context.Screen, found.Next, table.Count, "acts");
            return ExitCode.Done;
        });
    }
}
