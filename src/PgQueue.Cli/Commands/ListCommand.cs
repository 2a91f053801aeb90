using System.CommandLine;
using System.Globalization;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>list</c>: a page of jobs.</summary>
internal static class ListCommand
{
    private const int DefaultSize = 50;
    private const int MaxSize = 1000;

    public static Command Build(CommandRunner runner)
    {
        var filter = new FilterOptions(runner.Time);
        var size = Parsed.Option<int>("--size", "number", "How many jobs at most. Default 50.", "1 to 1000",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxSize ? number : null);
        var after = Parsed.Text("--after", "cursor", "The cursor that the page before ended with. Give the same filter.");
        return runner.Command("list", "List jobs. Ready ones in the order they are claimed, scheduled ones by due time, others the last first.", command =>
        {
            filter.AddTo(command);
            command.Add(size);
            command.Add(after);
        }, async context =>
        {
            var session = await context.OpenAsync().ConfigureAwait(false);
            var page = await session.Admin.FindAsync(
                filter.Read(context.Parsed), context.Parsed.GetValue(after), context.Parsed.GetValue(size) ?? DefaultSize, context.Token).ConfigureAwait(false);
            Print(context.Screen, page);
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

        if (table.Count > 0)
            screen.Table(table);
        screen.Note(page.Next is { } next ? $"More: add --after {next}" : table.Count == 0 ? "No jobs." : "No more jobs.");
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
