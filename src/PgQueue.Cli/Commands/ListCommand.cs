using System.CommandLine;
using System.Globalization;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>list</c>: a page of jobs.</summary>
internal static class ListCommand
{
    public static Command Build(CommandRunner runner)
    {
        var filter = new FilterOptions(runner.Time);
        var page = new PageOptions("jobs");
        return runner.Command("list", "List jobs. Ready ones in the order they are claimed, scheduled ones by due time, others the last first.", command =>
        {
            filter.AddTo(command);
            page.AddTo(command);
        }, async context =>
        {
            var session = await context.OpenAsync().ConfigureAwait(false);
            Print(context.Screen, await session.Admin.FindAsync(
                filter.Read(context.Parsed), page.After(context.Parsed), page.Size(context.Parsed), context.Token).ConfigureAwait(false));
            return ExitCode.Done;
        });
    }

    private static void Print(Screen screen, JobPage page)
    {
        if (screen.IsJson)
        {
            screen.Document(new { Jobs = page.Jobs.Select(Document), page.Next });
            return;
        }

        var table = new TableText("Id", "State", "Queue", "Type", "#Attempt", "Enqueued", "Due or ended", "~Error");
        foreach (var job in page.Jobs)
        {
            table.Row(job.Id.ToString(), Words.Name(job.State), job.Queue, job.Type, string.Create(CultureInfo.InvariantCulture, $"{job.Attempt}/{job.MaxAttempts}"),
                Words.Instant(job.EnqueuedAt), Words.Instant(job.ScheduledFor ?? job.FinishedAt), job.Error);
        }

        screen.Table(table);
        PageOptions.Tell(screen, page.Next, table.Count, "jobs");
    }

    private static object Document(JobSummary job) => new
    {
        job.Id,
        job.Type,
        job.Queue,
        job.Priority,
        job.State,
        job.Attempt,
        job.MaxAttempts,
        job.EnqueuedAt,
        job.ScheduledFor,
        job.FinishedAt,
        job.Error,
    };
}
