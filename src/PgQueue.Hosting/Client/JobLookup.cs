using System.Text;
using PgQueue.Notifications;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Looks jobs up, counts them, and cancels them.</summary>
internal sealed class JobLookup(JobReader reader, JobSearch search, Statistics statistics, WakeHub hub)
{
    private const int MaxReason = 1000;
    private const string CancelHint = "!";

    public async Task<JobInfo?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await StorageErrors.ExplainAsync(reader.ReadJobAsync(id, cancellationToken)).ConfigureAwait(false) is not var (row, attempts))
            return null;
        var headers = HeaderCodec.Read(row.Headers is null ? default : Encoding.UTF8.GetBytes(row.Headers));
        var (retriedAs, retryOf) = await StorageErrors.ExplainAsync(search.ReadRetriesAsync(id, cancellationToken)).ConfigureAwait(false);
        return new JobInfo
        {
            Id = row.Id,
            Type = row.Type,
            Queue = row.Queue,
            Priority = row.Priority,
            State = StateOf(row),
            Attempt = row.RunningAttempt ?? row.ScheduledAttempt ?? Burnt(attempts.FirstOrDefault()),
            MaxAttempts = row.MaxAttempts,
            EnqueuedAt = Utc(row.EnqueuedAt),
            ScheduledFor = row.FinalOutcome is null && row.ScheduledFor is { } due ? Utc(due) : null,
            FinishedAt = row.FinishedAt is { } finished ? Utc(finished) : null,
            DeduplicationKey = row.DeduplicationKey,
            Payload = row.Payload,
            Headers = headers,
            Schedule = ScheduledRunHeaders.Read(headers),
            RetriedAs = retriedAs,
            RetryOf = retryOf,
            Progress = row.ProgressFraction is { } fraction ? new JobProgress(fraction, row.ProgressMessage, Utc(row.ProgressAt!.Value)) : null,
            Result = row.Result,
            Attempts = [.. attempts.Reverse().Select(Attempt)],
        };
    }

    public async Task<JobStats> GetStatsAsync(CancellationToken cancellationToken) => (await statistics.ReportAsync(cancellationToken).ConfigureAwait(false)).Total;

    public async Task<bool> CancelAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        var text = ErrorText.Clean(reason ?? "cancelled", MaxReason);
        if (!await StorageErrors.ExplainAsync(reader.EndPendingAsync(id, (short)AttemptOutcome.Cancelled, text, cancellationToken)).ConfigureAwait(false))
            return false;
        hub.AnnounceCancel();
        await reader.NotifyAsync(CancelHint, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static JobState StateOf(JobRow row) => row switch
    {
        { FinalOutcome: (short)AttemptOutcome.Succeeded } => JobState.Succeeded,
        { FinalOutcome: (short)AttemptOutcome.Failed } => JobState.Failed,
        { FinalOutcome: (short)AttemptOutcome.Cancelled } => JobState.Cancelled,
        { FinalOutcome: (short)AttemptOutcome.Superseded } => JobState.Superseded,
        { RunningAttempt: not null } => JobState.Running,
        { ScheduledFor: not null } => JobState.Scheduled,
        _ => JobState.Ready,
    };

    /// <summary>The attempts burnt up to the last ended one, which may not have been burnt itself.</summary>
    private static int Burnt(AttemptRow? last) => last switch
    {
        null => 0,
        { Outcome: (short)AttemptOutcome.Released or (short)AttemptOutcome.Snoozed or (short)AttemptOutcome.Deferred } => last.Number - 1,
        _ => last.Number,
    };

    private static JobAttempt Attempt(AttemptRow row) => new(
        row.Number, (AttemptOutcome)row.Outcome, row.StartedAt is { } started ? Utc(started) : null, Utc(row.FinishedAt), row.Token, row.WorkerId, row.Error)
    {
        Log = LogLines.Read(row.Log),
    };

    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
