using System.CommandLine;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>stats</c>: how many jobs there are, and how fast they end.</summary>
internal static class StatsCommand
{
    public static Command Build(CommandRunner runner) => runner.Command("stats", "Count jobs by state, queue and type, and what ended lately.", _ => { }, async context =>
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var report = await session.Admin.GetReportAsync(context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
            context.Screen.Document(ReportDocument.Of(report));
        else
            Print(context.Screen, report);
        return ExitCode.Done;
    });

    private static void Print(Screen screen, JobReport report)
    {
        var total = report.Total;
        screen.Table(new TableText("State", "#Jobs")
            .Row("ready", Figure.Of(total.Ready, total.Estimated, EstimatedFigures.Ready))
            .Row("scheduled", Figure.Of(total.Scheduled, total.Estimated, EstimatedFigures.Scheduled))
            .Row("  of them deferred", Figure.Of(total.Deferred, total.Estimated, EstimatedFigures.Scheduled))
            .Row("running", Words.Number(total.Running))
            .Row("succeeded", Words.Number(total.Succeeded))
            .Row("failed", Words.Number(total.Failed))
            .Row("cancelled", Words.Number(total.Cancelled)));
        screen.Table(new TableText("Ended", "#Succeeded", "#Failed", "#Cancelled", "#Retried", "#Per second", "#Failure rate")
            .Row(Rates("last minute", total.LastMinute)).Row(Rates("last hour", total.LastHour)).Row(Rates("last day", total.LastDay)));
        screen.Table(ReportTables.Queues(report));
        screen.Table(ReportTables.Types(report.Types));
        screen.Say(total.OldestReadyAge is { } age
            ? $"Workers: {Words.Number(total.Workers)}. The oldest ready job waits for {Words.Duration(age)}."
            : $"Workers: {Words.Number(total.Workers)}. No job waits.");
        if (total.Estimated != EstimatedFigures.None)
            screen.Note("Figures with ~ are estimates.");
    }

    private static string[] Rates(string span, JobRates rates) =>
    [
        span, Words.Number(rates.Succeeded), Words.Number(rates.Failed), Words.Number(rates.Cancelled), Words.Number(rates.Retried), Figure.PerSecond(rates), Figure.Share(rates),
    ];
}
