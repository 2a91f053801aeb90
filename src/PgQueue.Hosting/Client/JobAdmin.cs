using PgQueue.Notifications;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Finds jobs and acts on them, in batches small enough to hold up nobody.</summary>
internal sealed class JobAdmin(JobSearch search, JobReader reader, Statistics statistics, WakeHub hub, Func<Guid?> worker, TimeProvider time) : IJobAdmin
{
    private const int MaxSize = 1000;
    private const int BatchSize = 500;
    private const int MaxReason = 1000;
    private const int MaxError = 200;
    private const string CancelHint = "!";

    public async Task<JobPage> FindAsync(JobFilter? filter = null, string? after = null, int size = 50, CancellationToken cancellationToken = default)
    {
        filter ??= new JobFilter();
        JobFilterRules.Check(filter);
        if (size is < 1 or > MaxSize)
            throw new InvalidJobFilterException(nameof(size), $"{size} is out of range. Allowed are 1 to {MaxSize}.");
        PageKey key = default;
        if (after is not null && !PageKey.TryParse(after, out key))
            throw new InvalidJobFilterException(nameof(after), "it is no cursor. Give JobPage.Next of the page before, with the same filter.");
        var rows = await StorageErrors.ExplainAsync(search.FindAsync(filter, key, size, cancellationToken)).ConfigureAwait(false);
        return new JobPage([.. rows.Select(Summary)], rows.Count < size ? null : PageKey.Of(rows[^1]).ToString());
    }

    public async Task<RetryResult> RetryAsync(Guid jobId, CancellationToken cancellationToken = default)
    {
        var result = (await StorageErrors.ExplainAsync(search.RetryAsync([jobId], worker(), cancellationToken)).ConfigureAwait(false))[0];
        if (result.Outcome is RetryOutcome.Copied or RetryOutcome.MadeReady)
            hub.AnnounceReady(null);
        return result;
    }

    public async Task<long> RetryAllAsync(
        JobFilter filter, double? perSecond = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        JobFilterRules.Check(filter);
        JobFilterRules.CheckState(filter, "retry", JobState.Failed, JobState.Cancelled, JobState.Succeeded);
        if (perSecond is { } rate && !(rate > 0 && double.IsFinite(rate)))
            throw new InvalidJobFilterException(nameof(perSecond), "it must be above 0.");
        var started = time.GetTimestamp();
        var copied = 0L;
        // what ends while this runs is for another call: without an end, a job that fails at once would be retried for ever
        var bounded = filter with { Until = filter.Until ?? await NowAsync(cancellationToken).ConfigureAwait(false) };
        var size = perSecond is { } r ? (int)Math.Clamp(r / 4, 1, BatchSize) : BatchSize;
        await foreach (var batch in BatchesAsync(bounded, size, cancellationToken).ConfigureAwait(false))
        {
            var results = await StorageErrors.ExplainAsync(search.RetryAsync(batch, worker(), cancellationToken)).ConfigureAwait(false);
            copied += results.Count(result => result.Outcome == RetryOutcome.Copied);
            hub.AnnounceReady(null);
            progress?.Report(copied);
            if (perSecond is { } limit && TimeSpan.FromSeconds(copied / limit) - time.GetElapsedTime(started) is var early && early > TimeSpan.Zero)
                await Task.Delay(early, time, cancellationToken).ConfigureAwait(false);
        }

        return copied;
    }

    public async Task<long> CancelAllAsync(
        JobFilter filter, string? reason = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        JobFilterRules.Check(filter);
        JobFilterRules.CheckState(filter, "cancel", JobState.Ready, JobState.Scheduled, JobState.Running);
        var text = ErrorText.Clean(reason ?? "cancelled", MaxReason);
        var ended = 0L;
        await foreach (var batch in BatchesAsync(filter, BatchSize, cancellationToken).ConfigureAwait(false))
        {
            ended += await StorageErrors.ExplainAsync(search.EndAsync(batch, text, cancellationToken)).ConfigureAwait(false);
            hub.AnnounceCancel();
            await reader.NotifyAsync(CancelHint, cancellationToken).ConfigureAwait(false);
            progress?.Report(ended);
        }

        return ended;
    }

    public Task<JobReport> GetReportAsync(CancellationToken cancellationToken = default) => statistics.ReportAsync(cancellationToken);

    public Task<IReadOnlyList<WorkerInfo>> GetWorkersAsync(CancellationToken cancellationToken = default) => statistics.WorkersAsync(cancellationToken);

    public Task<IReadOnlyList<RatePoint>> GetHistoryAsync(TimeSpan window, string? queue = null, CancellationToken cancellationToken = default) =>
        statistics.HistoryAsync(window, queue, cancellationToken);

    private async IAsyncEnumerable<Guid[]> BatchesAsync(
        JobFilter filter, int size, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageKey key = default;
        while (true)
        {
            var rows = await StorageErrors.ExplainAsync(search.FindAsync(filter, key, size, cancellationToken)).ConfigureAwait(false);
            if (rows.Count == 0)
                yield break;
            // taken before the batch is acted on: a page goes on after a row, whether or not that row is still there
            key = PageKey.Of(rows[^1]);
            yield return [.. rows.Select(row => row.Id)];
            if (rows.Count < size)
                yield break;
        }
    }

    private async Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) =>
        new(DateTime.SpecifyKind(await StorageErrors.ExplainAsync(search.ReadClockAsync(cancellationToken)).ConfigureAwait(false), DateTimeKind.Utc));

    private static JobSummary Summary(FoundJobRow row) => new()
    {
        Id = row.Id,
        Type = row.Type,
        Queue = row.Queue,
        Priority = row.Priority,
        State = (JobState)row.State,
        Attempt = row.Attempt,
        MaxAttempts = row.MaxAttempts,
        EnqueuedAt = Utc(row.EnqueuedAt),
        ScheduledFor = row.ScheduledFor is { } due ? Utc(due) : null,
        FinishedAt = row.FinishedAt is { } finished ? Utc(finished) : null,
        Error = row.Error is { } error ? ErrorText.Clean(error.Split('\n', 2)[0].TrimEnd('\r'), MaxError) : null,
    };

    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
