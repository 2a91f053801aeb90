using System.CommandLine;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>stats</c>: how many jobs there are.</summary>
internal static class StatsCommand
{
    public static Command Build(CommandRunner runner) => runner.Command("stats", "Count jobs by state.", _ => { }, async context =>
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var stats = await session.Client.GetStatsAsync(context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
        {
            context.Screen.Document(new
            {
                stats.Ready, stats.Scheduled, stats.Deferred, stats.Running, stats.Succeeded, stats.Failed, stats.Cancelled, stats.Retries, stats.Workers, stats.OldestReadyAge,
            });
        }
        else
        {
            context.Screen.Table(new TableText("State", "#Jobs")
                .Row("ready", Words.Number(stats.Ready)).Row("scheduled", Words.Number(stats.Scheduled)).Row("running", Words.Number(stats.Running))
                .Row("succeeded", Words.Number(stats.Succeeded)).Row("failed", Words.Number(stats.Failed)).Row("cancelled", Words.Number(stats.Cancelled)));
        }

        return ExitCode.Done;
    });
}
