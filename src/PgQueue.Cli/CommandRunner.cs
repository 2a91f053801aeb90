using System.CommandLine;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli;

/// <summary>Runs one command: its exceptions become one line and an exit code, here and nowhere else.</summary>
internal sealed class CommandRunner(GlobalOptions globals, Interrupt interrupt, TimeProvider time)
{
    public TimeProvider Time => time;

    public Command Command(string name, string description, Action<Command> build, Func<CommandContext, Task<int>> act)
    {
        var command = new Command(name, description);
        build(command);
        command.SetAction((parsed, _) => RunAsync(parsed, act));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<CommandContext, Task<int>> act)
    {
        var screen = new Screen(parsed.GetValue(globals.AsJson), Console.Out, Console.Error);
        var context = new CommandContext(parsed, globals, screen, interrupt, time);
        try
        {
            await using (context.ConfigureAwait(false))
                return await act(context).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e, interrupt.IsAsked);
            screen.Note($"pgqueue: {failure.Message}");
            if (parsed.GetValue(globals.Verbose) && failure.ExitCode != ExitCode.Interrupted)
                screen.Notes(e.ToString());
            return failure.ExitCode;
        }
    }
}
