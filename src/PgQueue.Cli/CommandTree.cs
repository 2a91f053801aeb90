using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PgQueue.Cli.Commands;
using PgQueue.Cli.Input;

namespace PgQueue.Cli;

/// <summary>All commands, each with help that tells the exit codes.</summary>
internal static class CommandTree
{
    public static RootCommand Build(GlobalOptions globals, CommandRunner runner)
    {
        var root = new RootCommand("Operate the job queue of PgQueue.Hosting.");
        globals.AddTo(root);
        root.Add(MigrateCommand.Build(runner));
        root.Add(ScriptCommand.Build(runner));
        root.Add(StatsCommand.Build(runner));
        root.Add(ListCommand.Build(runner));
        root.Add(ShowCommand.Build(runner));
        root.Add(RetryCommand.Build(runner));
        root.Add(EndCommands.Cancel(runner));
        root.Add(EndCommands.Discard(runner));
        root.Add(MoveCommands.Reschedule(runner));
        root.Add(MoveCommands.Priority(runner));
        root.Add(PauseCommands.Pause(runner));
        root.Add(PauseCommands.Resume(runner));
        root.Add(PauseCommands.List(runner));
        root.Add(SchedulesCommand.Build(runner));
        root.Add(WorkersCommand.Build(runner));
        root.Add(AuditCommand.Build(runner));
        root.Add(TopCommand.Build(runner));
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpAndExitCodes((SynchronousCommandLineAction)help.Action!);
        return root;
    }
}
