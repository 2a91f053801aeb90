using PgQueue.Cli.Connecting;
using PgQueue.Cli.Output;

namespace PgQueue.Cli.Acts;

/// <summary>An act on all jobs that fit a filter: counts, asks, acts in batches, and says how many are done however it ends.</summary>
/// <param name="question">What it asks: <c>Retry {jobs}</c>. Its first word is the act.</param>
/// <param name="done">What the result says: <c>retried</c>.</param>
/// <param name="states">The states in which jobs can be acted on.</param>
internal sealed class BulkAct(string question, string done, params JobState[] states)
{
    private readonly string _act = question.Split(' ')[0].ToLowerInvariant();

    /// <param name="context">The command.</param>
    /// <param name="options">Whether to ask, and whether to act at all.</param>
    /// <param name="filter">Which jobs.</param>
    /// <param name="rate">How many a second, if that is limited.</param>
    /// <param name="act">The act. It reports after each batch and returns how many are done.</param>
    public async Task<int> RunAsync(
        CommandContext context, BulkOptions options, JobFilter filter, double? rate, Func<QueueSession, IProgress<long>, CancellationToken, Task<long>> act)
    {
        CheckState(filter);
        var isSure = context.Parsed.GetValue(options.Yes);
        var isDry = context.Parsed.GetValue(options.DryRun);
        if (!isSure && !isDry && Console.IsInputRedirected)
            throw new CliException(ExitCode.Usage, $"To {_act} many jobs it asks first, and the input is no terminal. Add --yes, or --dry-run to see how many there are.");
        var session = await context.OpenAsync().ConfigureAwait(false);
        // nobody looks at the total of an act that neither asks nor draws a bar
        JobCount? total = isSure && !isDry && Console.IsErrorRedirected ? null : await session.Admin.CountAsync(filter, context.Token).ConfigureAwait(false);
        if (isDry)
            return Tell(context.Screen, total!.Value);
        if (total is { Count: 0 })
            return End(context.Screen, 0, isInterrupted: false);
        if (!isSure && !await AskAsync(context, total!.Value).ConfigureAwait(false))
            throw new CliException(ExitCode.Refused, "nothing was done.");
        return await ActAsync(context, session, new BulkProgress(context, done, total is { IsLowerBound: false } all ? all.Count : null, rate), act).ConfigureAwait(false);
    }

    private async Task<int> ActAsync(
        CommandContext context, QueueSession session, BulkProgress progress, Func<QueueSession, IProgress<long>, CancellationToken, Task<long>> act)
    {
        try
        {
            var count = await act(session, progress, context.Token).ConfigureAwait(false);
            progress.End();
            return End(context.Screen, count, isInterrupted: false);
        }
        catch (OperationCanceledException) when (context.Interrupt.IsAsked)
        {
            progress.End();
            context.Screen.Note(progress.IsCutOff ? "pgqueue: interrupted in the middle of a batch, which may be done too." : "pgqueue: interrupted.");
            return End(context.Screen, progress.Count, isInterrupted: true);
        }
        catch (Exception)
        {
            progress.End();
            context.Screen.Note($"pgqueue: {Words.Jobs(progress.Count)} {done} before it failed.");
            throw;
        }
    }

    private void CheckState(JobFilter filter)
    {
        if (filter.State is not { } state || !states.Contains(state))
            throw new CliException(ExitCode.Usage, $"--state: to {_act} many jobs, give {string.Join(" or ", states.Select(Words.Name))}.");
    }

    private int Tell(Screen screen, JobCount count)
    {
        if (screen.IsJson)
            screen.Document(new { Act = _act, Jobs = count.Count, MoreThan = count.IsLowerBound, DryRun = true });
        else
            screen.Say($"{Shown(count)} would be {done}.");
        return ExitCode.Done;
    }

    private int End(Screen screen, long count, bool isInterrupted)
    {
        if (screen.IsJson)
            screen.Document(new { Act = _act, Jobs = count, Interrupted = isInterrupted });
        else
            screen.Say($"{Words.Jobs(count)} {done}.");
        return isInterrupted ? ExitCode.Interrupted : count == 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static string Shown(JobCount count) => count.IsLowerBound ? $"more than {Words.Jobs(count.Count)}" : Words.Jobs(count.Count);

    private async Task<bool> AskAsync(CommandContext context, JobCount count)
    {
        context.Screen.Ask($"{question.Replace("{jobs}", Shown(count), StringComparison.Ordinal)}? [y/N] ");
        // a read of the console cannot be cancelled, only left behind
        var answer = await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(context.Token).ConfigureAwait(false);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
