using System.CommandLine;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>workers</c>: which processes run jobs, and what they hold.</summary>
internal static class WorkersCommand
{
    public static Command Build(CommandRunner runner) => runner.Command("workers", "List the workers: host, process, queues, types, and how many jobs they hold.", _ => { }, async context =>
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var workers = await session.Admin.GetWorkersAsync(context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
            context.Screen.Document(new { Workers = workers.Select(ReportDocument.Of) });
        else if (workers.Count > 0)
            context.Screen.Table(ReportTables.Workers(workers));
        else
            context.Screen.Note("No workers.");
        return ExitCode.Done;
    });
}
