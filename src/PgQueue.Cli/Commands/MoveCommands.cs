using System.CommandLine;
using System.Globalization;
using PgQueue.Cli.Acts;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>reschedule</c> and <c>priority</c>: give one waiting job, or all that fit a filter, another time or priority.</summary>
internal static class MoveCommands
{
    private static readonly JobState[] States = [JobState.Ready, JobState.Scheduled];

    public static Command Reschedule(CommandRunner runner)
    {
        var which = new WhichJobs(runner.Time);
        var at = Parsed.Option<DateTimeOffset>("--at", "time", "When: now, 2026-11-22, 2026-11-22T10:00Z.", TimeText.InstantRule, text => TimeText.Instant(text, runner.Time.GetUtcNow()));
        var delay = Parsed.Option<TimeSpan>("--in", "duration", "How long from now: 90s, 15m, 2h, 7d.", TimeText.DurationRule, TimeText.Duration);
        var bulk = new BulkAct("Reschedule {jobs}", "rescheduled", States);
        return runner.Command("reschedule", "Let a waiting job run at another time, or all that fit.", command =>
        {
            which.AddTo(command);
            command.Add(at);
            command.Add(delay);
        }, context =>
        {
            var runAt = (context.Parsed.GetValue(at), context.Parsed.GetValue(delay)) switch
            {
                ({ } instant, null) => instant,
                (null, { } wait) => runner.Time.GetUtcNow() + wait,
                _ => throw new CliException(ExitCode.Usage, "Say when: either --at with a time, or --in with a duration."),
            };
            return which.RunAsync(context,
                async (_, job) =>
                {
                    var session = await context.OpenAsync().ConfigureAwait(false);
                    var result = await session.Admin.RescheduleAsync(job, runAt, context.Token).ConfigureAwait(false);
                    return OneAct.Tell(context.Screen, "reschedule", $"rescheduled to {Words.Instant(runAt)}", result);
                },
                (options, filter) => bulk.RunAsync(context, options, filter, rate: null, (session, progress, token) => session.Admin.RescheduleAllAsync(filter, runAt, progress, token)));
        });
    }

    public static Command Priority(CommandRunner runner)
    {
        var which = new WhichJobs(runner.Time);
        var priority = Parsed.Option<int>("--to", "number", "The priority: higher runs first.", "-100 to 100",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is >= JobPriority.Lowest and <= JobPriority.Highest ? number : null);
        priority.Required = true;
        var bulk = new BulkAct("Prioritize {jobs}", "given another priority", States);
        return runner.Command("priority", "Give a waiting job another priority, or all that fit.", command =>
        {
            which.AddTo(command);
            command.Add(priority);
        }, context =>
        {
            var to = context.Parsed.GetRequiredValue(priority)!.Value;
            return which.RunAsync(context,
                async (_, job) =>
                {
                    var session = await context.OpenAsync().ConfigureAwait(false);
                    var result = await session.Admin.SetPriorityAsync(job, to, context.Token).ConfigureAwait(false);
                    return OneAct.Tell(context.Screen, "priority", string.Create(CultureInfo.InvariantCulture, $"given priority {to}"), result);
                },
                (options, filter) => bulk.RunAsync(context, options, filter, rate: null, (session, progress, token) => session.Admin.SetPriorityAllAsync(filter, to, progress, token)));
        });
    }
}
