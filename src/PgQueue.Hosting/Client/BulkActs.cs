using System.Runtime.CompilerServices;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>
/// Acts on many jobs: page after page, each a short transaction that skips what others hold. Jobs that come in while it goes on are left alone, so it ends. Its line in the
/// record is written first and grows with each batch, so a process that dies leaves a true count.
/// </summary>
internal sealed class BulkActs(AdminParts parts, string actor)
{
    private const int BatchSize = 500;
    private const string CancelHint = "!";

    public async Task<long> RetryAsync(JobFilter filter, double? perSecond, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var started = parts.Time.GetTimestamp();
        var copied = 0L;
        var note = await BeginAsync("retry-all", filter, "", reason: null, cancellationToken).ConfigureAwait(false);
        var size = perSecond is { } r ? (int)Math.Clamp(r / 4, 1, BatchSize) : BatchSize;
        await foreach (var batch in BatchesAsync(filter, size, isMeant: null, cancellationToken).ConfigureAwait(false))
        {
            var results = await StorageErrors.ExplainAsync(parts.Acts.RetryAsync(batch.Ids, parts.Worker(), note, cancellationToken)).ConfigureAwait(false);
            copied += results.Count(result => result.Outcome == RetryOutcome.Copied);
            parts.Hub.AnnounceReady(null);
            progress?.Report(copied);
            if (perSecond is { } limit && TimeSpan.FromSeconds(copied / limit) - parts.Time.GetElapsedTime(started) is var early && early > TimeSpan.Zero)
                await Task.Delay(early, parts.Time, cancellationToken).ConfigureAwait(false);
        }

        return copied;
    }

    public async Task<long> EndAsync(
        string act, JobFilter filter, AttemptOutcome outcome, string why, string? reason, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var ended = 0L;
        var note = await BeginAsync(act, filter, "", reason, cancellationToken).ConfigureAwait(false);
        await foreach (var batch in BatchesAsync(filter, BatchSize, isMeant: null, cancellationToken).ConfigureAwait(false))
        {
            var results = await StorageErrors.ExplainAsync(parts.Acts.EndAsync(batch, outcome, why, note, cancellationToken)).ConfigureAwait(false);
            ended += results.Count(result => result.Outcome is ActOutcome.Done or ActOutcome.Asked);
            if (results.Exists(result => result.Outcome == ActOutcome.Asked))
                await TellHoldersAsync(cancellationToken).ConfigureAwait(false);
            progress?.Report(ended);
        }

        return ended;
    }

    public async Task<long> MoveAsync(
        string act, JobFilter filter, JobMove move, string where, Func<FoundJobRow, bool> isMeant, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var moved = 0L;
        var note = await BeginAsync(act, filter, where, reason: null, cancellationToken).ConfigureAwait(false);
        await foreach (var batch in BatchesAsync(filter, BatchSize, isMeant, cancellationToken).ConfigureAwait(false))
        {
            moved += await StorageErrors.ExplainAsync(parts.Acts.MoveAsync(batch, move, parts.Worker(), note, cancellationToken)).ConfigureAwait(false);
            Moved();
            progress?.Report(moved);
        }

        return moved;
    }

    /// <summary>Jobs wait elsewhere now: this process looks at once.</summary>
    public void Moved()
    {
        parts.Hub.AnnounceScheduled();
        parts.Hub.AnnounceReady(null);
    }

    /// <summary>Those who hold jobs that were asked to end learn of it now, not with their next heartbeat.</summary>
    public async Task TellHoldersAsync(CancellationToken cancellationToken)
    {
        parts.Hub.AnnounceCancel();
        await StorageErrors.ExplainAsync(NotifyAsync(cancellationToken)).ConfigureAwait(false);
    }

    private async Task<bool> NotifyAsync(CancellationToken cancellationToken)
    {
        await parts.Reader.NotifyAsync(CancelHint, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private Task<ActNote> BeginAsync(string act, JobFilter filter, string where, string? reason, CancellationToken cancellationToken) =>
        StorageErrors.ExplainAsync(parts.Acts.BeginAsync(new ActNote(actor, act, FilterText.Of(filter) + where, reason), cancellationToken));

    /// <param name="filter">Which jobs.</param>
    /// <param name="size">How many a batch.</param>
    /// <param name="isMeant">Which of those found are acted on: not those that were, and are met again where they have gone.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    private async IAsyncEnumerable<JobBatch> BatchesAsync(
        JobFilter filter, int size, Func<FoundJobRow, bool>? isMeant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = await StorageErrors.ExplainAsync(parts.Search.ReadClockAsync(cancellationToken)).ConfigureAwait(false);
        // what comes in, or ends, while this runs is for another call: without an end, a job that fails at once would be retried for ever
        var began = new DateTimeOffset(DateTime.SpecifyKind(now, DateTimeKind.Utc));
        var bounded = filter with { Until = filter.Until < began ? filter.Until : began };
        PageKey key = default;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = await StorageErrors.ExplainAsync(parts.Search.FindAsync(bounded, key, size, cancellationToken)).ConfigureAwait(false);
            if (rows.Count == 0)
                yield break;
            // taken before the batch is acted on: a page goes on after a row, whether or not that row is still there
            key = PageKey.Of(rows[^1]);
            FoundJobRow[] meant = isMeant is null ? [.. rows] : [.. rows.Where(isMeant)];
            if (meant.Length > 0)
                yield return new JobBatch(meant);
            if (rows.Count < size)
                yield break;
        }
    }
}
