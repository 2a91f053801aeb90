using System.Data.Common;

namespace PgQueue;

/// <summary>The running job as its handler and middleware see it.</summary>
/// <remarks>
/// <see cref="RetryAfter"/>, <see cref="Snooze"/>, <see cref="Discard"/> and <see cref="Cancel"/> take effect when the handler returns; the last
/// call wins. If the handler throws instead, only <see cref="RetryAfter"/> counts, as the delay of the retry. None counts for a job that
/// <see cref="CompleteInAsync"/> has completed, once that transaction is committed; event 314 then says what was passed over.
/// </remarks>
public sealed class JobContext
{
    private const int MaxProgressMessage = 200;
    private readonly IJobRun _run;

    internal JobContext(JobFacts facts, object payload, IServiceProvider services, IJobRun run)
    {
        Facts = facts;
        Payload = payload;
        Services = services;
        _run = run;
    }

    /// <summary>The job's id: the same for every attempt.</summary>
    public Guid JobId => Facts.Id;

    /// <summary>The stored type name.</summary>
    public string Type => Facts.Type;

    /// <summary>The queue it came from.</summary>
    public string Queue => Facts.Queue;

    /// <summary>Its priority within the queue.</summary>
    public int Priority => Facts.Priority;

    /// <summary>This attempt, from 1.</summary>
    public int Attempt => Facts.Attempt;

    /// <summary>How often the job may be started.</summary>
    public int MaxAttempts => Facts.MaxAttempts;

    /// <summary>
    /// The fencing token of this run: never reused, and greater than that of every earlier run of this job. Store it with your own
    /// writes and refuse a smaller one, and a frozen process that wakes up late cannot overwrite newer data.
    /// </summary>
    public long Token => Facts.Token;

    /// <summary>When the job was enqueued, by the database's clock.</summary>
    public DateTimeOffset EnqueuedAt => Facts.EnqueuedAt;

    /// <summary>The due time it was enqueued with, for a schedule's job its occurrence; <see langword="null"/> if none.</summary>
    public DateTimeOffset? ScheduledFor => Facts.ScheduledFor;

    /// <summary>The headers it was enqueued with.</summary>
    public IReadOnlyDictionary<string, string> Headers => Facts.Headers;

    /// <summary>The schedule and occurrence it runs for; <see langword="null"/> for a job that no schedule made.</summary>
    public ScheduledRun? Schedule => Facts.Schedule;

    /// <summary>The payload, as the handler gets it.</summary>
    public object Payload { get; }

    /// <summary>The job's own scope.</summary>
    public IServiceProvider Services { get; }

    internal JobFacts Facts { get; }

    internal JobVerdict Verdict { get; private set; }

    /// <summary>Ends this attempt as failed and retries after a delay of the handler's choice. Burns the attempt.</summary>
    /// <param name="delay">Zero to 10 years, by the database's clock.</param>
    /// <param name="reason">Kept with the attempt.</param>
    public void RetryAfter(TimeSpan delay, string? reason = null) => Verdict = new JobVerdict(AttemptOutcome.Retried, CheckDelay(delay), reason);

    /// <summary>Puts the job back until later without burning the attempt.</summary>
    /// <param name="delay">Zero to 10 years, by the database's clock.</param>
    public void Snooze(TimeSpan delay) => Verdict = new JobVerdict(AttemptOutcome.Snoozed, CheckDelay(delay), null);

    /// <summary>Fails the job for good, whatever attempts are left.</summary>
    /// <param name="reason">Kept with the job.</param>
    public void Discard(string reason) => Verdict = new JobVerdict(AttemptOutcome.Failed, null, reason);

    /// <summary>Ends the job as cancelled.</summary>
    /// <param name="reason">Kept with the job.</param>
    public void Cancel(string reason) => Verdict = new JobVerdict(AttemptOutcome.Cancelled, null, reason);

    /// <summary>
    /// Completes the job inside the handler's own transaction: its data and the completion commit together, or neither does. Call it last, then
    /// commit and return. If the transaction is rolled back, the job is retried.
    /// </summary>
    /// <remarks>
    /// A rollback to a savepoint that was set before this call takes the completion back too. If the transaction is then committed, its other data
    /// stays and the job is retried: roll back the whole, or call this again. What the handler throws after the commit is logged (event 314), and
    /// the job has succeeded.
    /// </remarks>
    /// <param name="transaction">An open transaction on the queue's database.</param>
    /// <param name="cancellationToken">The handler's token.</param>
    /// <exception cref="InvalidOperationException">This run has completed the job already, in this transaction or in another one.</exception>
    /// <exception cref="LeaseLostException">Another worker may have the job by now; roll back.</exception>
    public async Task CompleteInAsync(DbTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        await _run.CompleteInAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says how far the job has come, for <see cref="JobInfo.Progress"/>.</summary>
    /// <remarks>
    /// Cheap enough for every step of a loop: it only keeps the value, and the process writes the last values of all its jobs in one statement, at most once a second.
    /// It does not wait for the database, and a database that is away is tried again later. What was said within the last second of an attempt may not be written.
    /// </remarks>
    /// <param name="fraction">From 0 to 1.</param>
    /// <param name="message">A word about it; at most 200 characters.</param>
    /// <param name="cancellationToken">The handler's token: once cancelled, so is the task.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not from 0 to 1, or the message is too long.</exception>
    public Task ReportProgressAsync(double fraction, string? message = null, CancellationToken cancellationToken = default)
    {
        if (!(fraction is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Progress is from 0 to 1.");
        if (message?.Length > MaxProgressMessage)
            throw new ArgumentOutOfRangeException(nameof(message), message.Length, "The message of a progress is at most 200 characters long.");
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        _run.ReportProgress(fraction, message);
        return Task.CompletedTask;
    }

    /// <summary>Sets the job's result, which <see cref="IJobClient.WaitForResultAsync{TResult}"/> gives to whoever waits. The last call wins.</summary>
    /// <remarks>
    /// It counts only if this attempt succeeds, and is kept as long as the attempt. With <see cref="CompleteInAsync"/> set it before: it is stored in the same transaction.
    /// It is written at once, by the rules for payloads, so that a value which cannot be stored fails the handler here.
    /// </remarks>
    /// <param name="value">Any value that a payload may be or hold.</param>
    /// <exception cref="PayloadException">The value cannot be stored as JSON without change, or is larger than <c>Payload:MaxBytes</c>; the message names the field.</exception>
    public void SetResult<TResult>(TResult value)
        where TResult : notnull => _run.SetResult(value);

    private static TimeSpan CheckDelay(TimeSpan delay) =>
        delay >= TimeSpan.Zero && delay <= TimeSpan.FromDays(3660)
            ? delay
            : throw new ArgumentOutOfRangeException(nameof(delay), delay, "A delay is from zero to 10 years.");
}
