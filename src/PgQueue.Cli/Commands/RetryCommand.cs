using System.CommandLine;
using PgQueue.Cli.Acts;
using PgQueue.Cli.Input;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Commands;

/// <summary><c>retry</c>: runs one job again, or all that fit a filter.</summary>
internal static class RetryCommand
{
    private static readonly BulkAct Bulk = new("Retry {jobs}", "retried", JobState.Failed, JobState.Cancelled, JobState.Succeeded);

    public static Command Build(CommandRunner runner)
    {
        var which = new WhichJobs(runner.Time);
        var rate = Parsed.Option<double>("--rate", "rate", "How fast at most, for many jobs: 100/s, 30/m, 500/h.", RateText.Rule, RateText.PerSecond);
        return runner.Command("retry", "Run a finished job again, as a copy with a new id; a scheduled one now. Or all that fit.", command =>
        {
            which.AddTo(command);
            command.Add(rate);
        }, context => which.RunAsync(context, (_, job) => context.Parsed.GetValue(rate) is null
            ? OneAsync(context, job)
            : throw new CliException(ExitCode.Usage, "--rate is for many jobs."), (options, filter) =>
        {
            var perSecond = context.Parsed.GetValue(rate);
            return Bulk.RunAsync(context, options, filter, perSecond, (session, progress, token) => session.Admin.RetryAllAsync(filter, perSecond, progress, token));
        }));
    }

    private static async Task<int> OneAsync(CommandContext context, Guid job)
    {
        var session = await context.OpenAsync().ConfigureAwait(false);
        var result = await session.Admin.RetryAsync(job, context.Token).ConfigureAwait(false);
        if (context.Screen.IsJson)
            context.Screen.Document(new { result.JobId, result.Outcome, result.RunsAs });
        switch (result.Outcome)
        {
            case RetryOutcome.Copied:
                context.Screen.Say($"Job {job} runs again as {result.RunsAs}.");
                return ExitCode.Done;
            case RetryOutcome.CopiedBefore:
                context.Screen.Say($"Job {job} was retried before, as {result.RunsAs}.");
                return ExitCode.Done;
            case RetryOutcome.MadeReady:
                context.Screen.Say($"Job {job} was scheduled and is ready now.");
                return ExitCode.Done;
            case RetryOutcome.KeyIsHeld:
                throw new CliException(ExitCode.Refused, $"Job {job} was not retried: job {result.RunsAs} holds its deduplication key.");
            case RetryOutcome.NotFinished:
                throw new CliException(ExitCode.Refused, $"Job {job} was not retried: it is ready or running.");
            default:
                throw OneAct.Unknown(job);
        }
    }
}
