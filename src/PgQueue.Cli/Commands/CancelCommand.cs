using System.CommandLine;
using PgQueue.Cli.Acts;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>cancel</c>: cancels one unfinished job, or all that fit a filter.</summary>
internal static class CancelCommand
{
    private static readonly BulkAct Bulk = new("Cancel", "cancelled", JobState.Ready, JobState.Scheduled, JobState.Running);

    public static Command Build(CommandRunner runner)
    {
        var which = new WhichJobs(runner.Time);
        var reason = Parsed.Text("--reason", "text", "Kept with each job.");
        return runner.Command("cancel", "Cancel an unfinished job, or all that fit. A running one has its token cancelled.", command =>
        {
            which.AddTo(command);
            command.Add(reason);
        }, context => which.RunAsync(context, (_, job) => OneAsync(context, job, context.Parsed.GetValue(reason)), (options, filter) =>
            Bulk.RunAsync(context, options, filter, rate: null,
                (session, progress, token) => session.Admin.CancelAllAsync(filter, context.Parsed.GetValue(reason), progress, token))));
    }

    private static async Task<int> OneAsync(CommandContext context, Guid job, string? reason)
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var isCancelled = await session.Client.CancelAsync(job, reason, context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
            context.Screen.Document(new { JobId = job, Cancelled = isCancelled });
        if (!isCancelled)
        {
            var found = await session.Client.GetAsync(job, context.Token).ConfigureAwait(false) ?? throw ShowCommand.Unknown(job);
            throw new CliException(ExitCode.Refused, $"Job {job} was not cancelled: it is {Words.Name(found.State)}.");
        }

        context.Screen.Say($"Job {job} is cancelled, or ends as soon as its handler does.");
        return ExitCode.Done;
    }
}
