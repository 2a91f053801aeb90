using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Handlers;
using PgQueue.Payloads;
using PgQueue.Retry;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Turns what happened to a job into its outcome. The one place where an exception of a handler becomes data.</summary>
internal sealed class OutcomeRules(RetryDecider retries, TimeProvider time, ILogger logger, bool logsExceptions)
{
    private const string RolledBack =
        "The handler completed the job in its transaction, but that transaction was rolled back, wholly or to a savepoint before the completion.";

    private static readonly TimeSpan AfterRollback = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SoonestDeferral = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ParkedFor = TimeSpan.FromDays(1);
    private static readonly TimeSpan LatestDeferral = TimeSpan.FromMinutes(5);

    /// <summary>The handler returned.</summary>
    public JobOutcome Returned(WorkItem item, long startedAt, JobVerdict verdict)
    {
        var job = item.Job;
        if (item.IsCompletedInTransaction)
            return Uncommitted(job, startedAt, verdict, null);
        return verdict.Outcome switch
        {
            AttemptOutcome.Retried => Retried(job, startedAt, verdict.Delay!.Value, null, verdict.Reason),
            AttemptOutcome.Snoozed => new JobOutcome(job, AttemptOutcome.Snoozed, startedAt, verdict.Delay!.Value),
            AttemptOutcome.Failed => Failed(job, startedAt, null, verdict.Reason ?? "discarded"),
            AttemptOutcome.Cancelled => new JobOutcome(job, AttemptOutcome.Cancelled, startedAt, Error: Clean(verdict.Reason)),
            _ => new JobOutcome(job, AttemptOutcome.Succeeded, startedAt),
        };
    }

    /// <summary>The handler, its middleware, its constructor or its scope threw.</summary>
    public JobOutcome Threw(WorkItem item, long startedAt, Exception exception, StopReason reason, JobVerdict verdict)
    {
        var job = item.Job;
        if (item.IsCompletedInTransaction)
            return Uncommitted(job, startedAt, verdict.Outcome == AttemptOutcome.Retried ? verdict : default, exception);
        switch (reason)
        {
            case StopReason.Shutdown or StopReason.LeaseLost:
                return new JobOutcome(job, AttemptOutcome.Released, startedAt);
            case StopReason.CancelAsked:
                return new JobOutcome(job, AttemptOutcome.Cancelled, startedAt, HadTombstone: true);
            case StopReason.DiscardAsked:
                return new JobOutcome(job, AttemptOutcome.Failed, startedAt, HadTombstone: true);
            case StopReason.Timeout when exception is OperationCanceledException:
                exception = new TimeoutException($"The job ran over its timeout and was cancelled after {time.GetElapsedTime(startedAt)}.", exception);
                break;
        }

        return verdict.Outcome == AttemptOutcome.Retried
            ? Retried(job, startedAt, verdict.Delay!.Value, exception, verdict.Reason)
            : Failed(item, startedAt, exception);
    }

    /// <summary>It never ran because its payload could not be read, or failed in any other way before the handler.</summary>
    public JobOutcome Failed(WorkItem item, long startedAt, Exception exception)
    {
        var job = item.Job;
        if (job.Attempt >= job.MaxAttempts)
            return Failed(job, startedAt, exception, $"{LastOf(job)} failed: {exception.GetType().Name}");
        var handler = item.Route.Handler;
        var failure = new RetryContext(job.Type!, job.Attempt, job.MaxAttempts, exception, Random.Shared.NextDouble());
        var delay = retries.NextDelay(handler.Options.Retry, failure, out var fault);
        if (fault is not null)
            logger.RetryRuleFailed(fault, handler.Route);
        return delay is { } wait
            ? Retried(job, startedAt, wait, exception, null)
            : Failed(job, startedAt, exception, $"its retry rule gave up after {exception.GetType().Name}");
    }

    /// <summary>The job's row cannot be run by anybody.</summary>
    public JobOutcome Broken(ClaimedJob job, string reason) => Failed(job, 0, null, reason);

    /// <summary>No handler here: left for others. Looked at again after a quarter of its age, so that an orphan costs little.</summary>
    public JobOutcome Deferred(ClaimedJob job)
    {
        var age = (time.GetUtcNow().UtcDateTime - job.CreatedAt) / 4;
        var delay = age < SoonestDeferral ? SoonestDeferral : age > LatestDeferral ? LatestDeferral : age;
        return new JobOutcome(job, AttemptOutcome.Deferred, Delay: delay * (0.75 + (Random.Shared.NextDouble() * 0.5)));
    }

    /// <summary>Its type is paused: put aside until it is resumed, and looked at once a day.</summary>
    public static JobOutcome Parked(ClaimedJob job) =>
        new(job, AttemptOutcome.Deferred, Delay: ParkedFor, Error: $"The type {job.Type} is paused.");

    /// <summary>
    /// If the handler's transaction committed, the lease is gone and this is refused. If it did not, the job is not done, and what the handler asked
    /// for counts. Which it was is not known yet, so nothing is logged here.
    /// </summary>
    private static JobOutcome Uncommitted(ClaimedJob job, long startedAt, JobVerdict verdict, Exception? exception)
    {
        var outcome = verdict.IsGiven ? verdict.Outcome : AttemptOutcome.Retried;
        if (outcome == AttemptOutcome.Retried && job.Attempt >= job.MaxAttempts)
            outcome = AttemptOutcome.Failed;
        var besides = exception?.GetType().FullName ?? (verdict.IsGiven ? verdict.Outcome.ToString() : null);
        var error = exception is null ? Clean(verdict.Reason) ?? RolledBack : Text(exception, verdict.Reason);
        return new JobOutcome(job, outcome, startedAt, verdict.Delay ?? AfterRollback, error, InTransaction: true, Besides: besides);
    }

    private JobOutcome Retried(ClaimedJob job, long startedAt, TimeSpan delay, Exception? exception, string? reason)
    {
        if (job.Attempt >= job.MaxAttempts)
            return Failed(job, startedAt, exception, reason ?? $"{LastOf(job)} asked for a retry");
        logger.JobRetried(Logged(exception), job.Id, job.Type!, job.Attempt, job.MaxAttempts, exception?.GetType().Name ?? "it asked for a retry", delay);
        return new JobOutcome(job, AttemptOutcome.Retried, startedAt, delay, exception is null ? Clean(reason) : Text(exception, reason));
    }

    private JobOutcome Failed(ClaimedJob job, long startedAt, Exception? exception, string reason)
    {
        logger.JobFailed(Logged(exception), job.Id, job.Type ?? "", job.Attempt, job.MaxAttempts, ErrorText.Clean(reason, 200));
        return new JobOutcome(job, AttemptOutcome.Failed, startedAt, Error: exception is null ? Clean(reason) : Text(exception, null));
    }

    private Exception? Logged(Exception? exception) => logsExceptions ? exception : null;

    private static string LastOf(ClaimedJob job) => job.MaxAttempts == 1 ? "the only attempt" : $"the last of {job.MaxAttempts} attempts";

    private static string Text(Exception exception, string? reason) =>
        reason is null ? ErrorText.From(exception) : Clean($"{reason}\n{ErrorText.From(exception)}")!;

    private static string? Clean(string? text) => text is null ? null : ErrorText.Clean(text, ErrorText.MaxBytes);
}
