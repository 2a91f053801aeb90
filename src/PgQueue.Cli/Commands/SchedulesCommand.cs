using System.CommandLine;
using PgQueue.Cli.Connecting;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>schedules</c>: lists recurring jobs; pauses, resumes, triggers and removes one.</summary>
internal static class SchedulesCommand
{
    public static Command Build(CommandRunner runner) => runner.Command("schedules", "List schedules; pause, resume, trigger or remove one.", command =>
    {
        command.Add(One(runner, "pause", "Stop firing it until it is resumed.", async (session, name, token) =>
            await session.Schedules.PauseAsync(name, token).ConfigureAwait(false) ? new Told($"Schedule {name} is paused.") : null));
        command.Add(One(runner, "resume", "Fire it again, from its next occurrence. What fell into the pause does not run.", async (session, name, token) =>
            await session.Schedules.ResumeAsync(name, token).ConfigureAwait(false) ? new Told($"Schedule {name} is resumed.") : null));
        command.Add(One(runner, "trigger", "Store one of its jobs now, beside its occurrences.", async (session, name, token) =>
            await session.Schedules.TriggerAsync(name, token).ConfigureAwait(false) is { } receipt
                ? new Told(receipt.IsDuplicate ? $"Schedule {name} still runs as job {receipt.JobId}." : $"Schedule {name} runs as job {receipt.JobId}.", receipt.JobId, !receipt.IsDuplicate)
                : null));
        command.Add(One(runner, "remove", "Remove it. Its jobs stay. One that a live process defines cannot be removed.", async (session, name, token) =>
            await session.Schedules.RemoveAsync(name, token).ConfigureAwait(false) ? new Told($"Schedule {name} is removed.") : null));
    }, ListAsync);

    private static Command One(CommandRunner runner, string act, string description, Func<QueueSession, string, CancellationToken, Task<Told?>> run)
    {
        var name = new Argument<string>("name") { Description = "The schedule's name." };
        return runner.Command(act, description, command => command.Add(name), async context =>
        {
            var schedule = context.Parsed.GetRequiredValue(name);
            var session = await context.OpenAsync().ConfigureAwait(false);
            var told = await run(session, schedule, context.Token).ConfigureAwait(false)
                ?? throw new CliException(ExitCode.Refused, $"There is no schedule \"{schedule}\". \"pgqueue schedules\" lists them.");
            if (context.Screen.IsJson)
                context.Screen.Document(new { Schedule = schedule, Act = act, told.JobId, told.IsNew });
            else
                context.Screen.Say(told.Text);
            return ExitCode.Done;
        });
    }

    private static async Task<int> ListAsync(CommandContext context)
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var schedules = await session.Schedules.ListAsync(context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
        {
            context.Screen.Document(new { Schedules = schedules.Select(Document) });
            return ExitCode.Done;
        }

        var table = new TableText("Name", "State", "Cron", "Zone", "Type", "Queue", "Next", "Previous", "Last state");
        foreach (var s in schedules)
        {
            table.Row(s.Name, Words.Name(s.State), s.Cron, s.TimeZone, s.Type, s.Queue, Words.Instant(s.NextRun), Words.Instant(s.PreviousRun),
                s.LastState is { } state ? Words.Name(state) : null);
        }

        context.Screen.Table(table);
        if (table.Count == 0)
            context.Screen.Note("No schedules.");
        return ExitCode.Done;
    }

    private static object Document(ScheduleInfo schedule) => new
    {
        schedule.Name,
        schedule.State,
        schedule.Source,
        schedule.Cron,
        schedule.TimeZone,
        schedule.Gap,
        schedule.Overlap,
        MissedRuns = schedule.MissedRuns.ToString(),
        schedule.WhenRunning,
        schedule.Type,
        schedule.Queue,
        schedule.Priority,
        schedule.MaxAttempts,
        schedule.NextRun,
        schedule.PreviousRun,
        schedule.LastJobId,
        schedule.LastState,
        schedule.PassedOver,
    };

    private sealed record Told(string Text, Guid? JobId = null, bool? IsNew = null);
}
