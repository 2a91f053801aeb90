using System.CommandLine;
using PgQueue.Cli.Connecting;
using PgQueue.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PgQueue.Cli.Commands;

/// <summary><c>top</c>: a live view, once a second.</summary>
internal static class TopCommand
{
    private const int FailingTypes = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyPause = TimeSpan.FromMilliseconds(100);

    public static Command Build(CommandRunner runner)
    {
        var once = new Option<bool>("--once") { Description = "Print one frame and end." };
        return runner.Command("top", "Watch queues, rates, workers and failing types, once a second. q or Ctrl-C ends it; where the output is no terminal, one frame is printed.",
            command => command.Add(once), async context =>
            {
                var session = await context.OpenAsync().ConfigureAwait(false);
                if (context.Screen.IsJson || context.Parsed.GetValue(once) || !context.Screen.Rich.Profile.Capabilities.Ansi)
                    await PrintAsync(context, session).ConfigureAwait(false);
                else
                    await WatchAsync(context, session).ConfigureAwait(false);
                return ExitCode.Done;
            });
    }

    private static async Task PrintAsync(CommandContext context, QueueSession session)
    {
        var (report, workers) = await ReadAsync(context, session).ConfigureAwait(false);
        if (context.Screen.IsJson)
        {
            context.Screen.Document(new { Report = ReportDocument.Of(report), Workers = workers.Select(ReportDocument.Of) });
            return;
        }

        context.Screen.Say(Heading(session, report));
        foreach (var table in Tables(report, workers))
            context.Screen.Table(table);
    }

    private static async Task WatchAsync(CommandContext context, QueueSession session)
    {
        try
        {
            await context.Screen.Rich.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
            {
                do
                {
                    var (report, workers) = await ReadAsync(context, session).ConfigureAwait(false);
                    IEnumerable<IRenderable> parts = [new Text(SafeText.Line(Heading(session, report))), .. Tables(report, workers).Select(t => t.Rich()), new Text("q ends it")];
                    live.UpdateTarget(new Rows(parts));
                }
                while (!await WaitAsync(context).ConfigureAwait(false));
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.Interrupt.IsAsked)
        {
            // Ctrl-C is how one leaves it
        }
    }

    /// <summary>Waits for the next frame.</summary>
    /// <returns>Whether a key ended it.</returns>
    private static async Task<bool> WaitAsync(CommandContext context)
    {
        for (var started = context.Time.GetTimestamp(); context.Time.GetElapsedTime(started) < Pause;)
        {
            while (!Console.IsInputRedirected && Console.KeyAvailable)
                if (Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
                    return true;
            await Task.Delay(KeyPause, context.Time, context.Token).ConfigureAwait(false);
        }

        return false;
    }

    private static async Task<(JobReport Report, IReadOnlyList<WorkerInfo> Workers)> ReadAsync(CommandContext context, QueueSession session) =>
        (await session.Admin.GetReportAsync(context.Token).ConfigureAwait(false), await session.Admin.GetWorkersAsync(context.Token).ConfigureAwait(false));

    private static string Heading(QueueSession session, JobReport report) =>
        $"{session.Target.Schema} {Words.Instant(report.At)}: {Words.Number(report.Total.Ready)} ready, {Words.Number(report.Total.Scheduled)} scheduled, "
        + $"{Words.Number(report.Total.Running)} running, {Figure.PerSecond(report.Total.LastMinute)} ended a second, {Words.Number(report.Total.LastHour.Failed)} failed in an hour, "
        + $"{Words.Number(report.Total.Workers)} workers";

    private static IEnumerable<TableText> Tables(JobReport report, IReadOnlyList<WorkerInfo> workers)
    {
        yield return ReportTables.Queues(report);
        var failing = report.Types.Where(t => t.LastHour.Failed + t.LastHour.Retried > 0).OrderByDescending(t => t.LastHour.Failed).ThenByDescending(t => t.LastHour.Retried).Take(FailingTypes).ToList();
        if (failing.Count > 0)
            yield return ReportTables.Types(failing);
        if (workers.Count > 0)
            yield return ReportTables.Workers(workers);
    }
}
