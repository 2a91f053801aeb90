using System.CommandLine;
using PgQueue.Cli.Acts;
using PgQueue.Cli.Input;

namespace PgQueue.Cli.Commands;

/// <summary><c>cancel</c> and <c>discard</c>: end one unfinished job, or all that fit a filter.</summary>
internal static class EndCommands
{
    private static readonly JobState[] States = [JobState.Ready, JobState.Scheduled, JobState.Running];

    public static Command Cancel(CommandRunner runner) => Build(
        runner, "cancel", "Cancel an unfinished job, or all that fit. A running one has its token cancelled.", new BulkAct("Cancel {jobs}", "cancelled", States), "cancelled",
        (admin, job, reason, token) => admin.CancelAsync(job, reason, token), (admin, filter, reason, progress, token) => admin.CancelAllAsync(filter, reason, progress, token));

    public static Command Discard(CommandRunner runner) => Build(
        runner, "discard", "End an unfinished job as failed, without more attempts, or all that fit.", new BulkAct("Discard {jobs}", "discarded", States), "discarded",
        (admin, job, reason, token) => admin.DiscardAsync(job, reason, token), (admin, filter, reason, progress, token) => admin.DiscardAllAsync(filter, reason, progress, token));

    private static Command Build(
        CommandRunner runner, string name, string description, BulkAct bulk, string done,
        Func<IJobAdmin, Guid, string?, CancellationToken, Task<ActResult>> one,
        Func<IJobAdmin, JobFilter, string?, IProgress<long>, CancellationToken, Task<long>> many)
    {
        var which = new WhichJobs(runner.Time);
        var reason = Parsed.Text("--reason", "text", "Why: kept with each job and in the record of acts.");
        return runner.Command(name, description, command =>
        {
            which.AddTo(command);
            command.Add(reason);
        }, context =>
        {
            var why = context.Parsed.GetValue(reason);
            return which.RunAsync(context,
                async (_, job) =>
                {
                    var session = await context.OpenAsync().ConfigureAwait(false);
                    return OneAct.Tell(context.Screen, name, done, await one(session.Admin, job, why, context.Token).ConfigureAwait(false));
                },
                (options, filter) => bulk.RunAsync(context, options, filter, rate: null, (session, progress, token) => many(session.Admin, filter, why, progress, token)));
        });
    }
}
