using System.CommandLine;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>pause</c>, <c>resume</c> and <c>pauses</c>: stop starting the jobs of a queue or type, and start them again.</summary>
internal static class PauseCommands
{
    public static Command Pause(CommandRunner runner)
    {
        var pause = new Command("pause", "Stop starting jobs of a queue or type, everywhere, until it is resumed. Running jobs go on.");
        pause.Add(PauseOne(runner, "queue", "The queue.", (admin, name, reason, token) => admin.PauseQueueAsync(name, reason, token)));
        pause.Add(PauseOne(runner, "type", "The type, or all types with this prefix if it ends in *.", (admin, name, reason, token) => admin.PauseTypeAsync(name, reason, token)));
        return pause;
    }

    public static Command Resume(CommandRunner runner)
    {
        var resume = new Command("resume", "Start jobs of a paused queue or type again.");
        resume.Add(ResumeOne(runner, "queue", "The queue.", (admin, name, token) => admin.ResumeQueueAsync(name, token)));
        resume.Add(ResumeOne(runner, "type", "The type or prefix, as it was paused.", (admin, name, token) => admin.ResumeTypeAsync(name, token)));
        return resume;
    }

    public static Command List(CommandRunner runner) => runner.Command("pauses", "List what is paused, by whom, since when and why.", _ => { }, async context =>
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var pauses = await session.Admin.GetPausesAsync(context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
        {
            context.Screen.Document(new { Pauses = pauses.Select(p => new { p.Kind, p.Name, p.Reason, p.Actor, p.Since }) });
            return ExitCode.Done;
        }

        var table = new TableText("Kind", "Name", "Since", "Actor", "~Reason");
        foreach (var pause in pauses)
            table.Row(Words.Name(pause.Kind), pause.Name, Words.Instant(pause.Since), pause.Actor, pause.Reason);
        context.Screen.Table(table);
        if (table.Count == 0)
            context.Screen.Note("Nothing is paused.");
        return ExitCode.Done;
    });

    private static Command PauseOne(CommandRunner runner, string kind, string what, Func<IJobAdmin, string, string?, CancellationToken, Task<bool>> act)
    {
        var name = new Argument<string>("name") { Description = what };
        var reason = Parsed.Text("--reason", "text", "Why: kept with the pause and in the record of acts.");
        return runner.Command(kind, $"Pause a {kind}.", command =>
        {
            command.Add(name);
            command.Add(reason);
        }, async context =>
        {
            var paused = context.Parsed.GetRequiredValue(name);
            var session = await context.OpenAsync().ConfigureAwait(false);
            var changed = await act(session.Admin, paused, context.Parsed.GetValue(reason), context.Token).ConfigureAwait(false);
            return Tell(context.Screen, "pause", kind, paused, changed, changed ? "is paused" : "was paused already");
        });
    }

    private static Command ResumeOne(CommandRunner runner, string kind, string what, Func<IJobAdmin, string, CancellationToken, Task<bool>> act)
    {
        var name = new Argument<string>("name") { Description = what };
        return runner.Command(kind, $"Resume a {kind}.", command => command.Add(name), async context =>
        {
            var resumed = context.Parsed.GetRequiredValue(name);
            var session = await context.OpenAsync().ConfigureAwait(false);
            var changed = await act(session.Admin, resumed, context.Token).ConfigureAwait(false);
            return Tell(context.Screen, "resume", kind, resumed, changed, changed ? "is resumed" : "was not paused");
        });
    }

    private static int Tell(Screen screen, string act, string kind, string name, bool changed, string text)
    {
        if (screen.IsJson)
            screen.Document(new { Act = act, Kind = kind, Name = name, Changed = changed });
        else
            screen.Say($"{char.ToUpperInvariant(kind[0])}{kind.AsSpan(1)} {name} {text}.");
        return ExitCode.Done;
    }
}
