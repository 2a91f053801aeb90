using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Waits for jobs, and turns how they ended into a state, a result or an exception.</summary>
internal sealed class JobWaits(EndWatch watch, PayloadSerializer serializer)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    public async Task<JobState> ForEndAsync(Guid job, TimeSpan timeout, CancellationToken cancellationToken) =>
        StateOf(await EndAsync(job, timeout, cancellationToken).ConfigureAwait(false));

    public async Task<TResult> ForResultAsync<TResult>(Guid job, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ended = await EndAsync(job, timeout, cancellationToken).ConfigureAwait(false);
        var state = StateOf(ended);
        if (state != JobState.Succeeded)
            throw new JobResultException(job, state, ended.Error, $"Job {job} {Told(state)}, so it has no result.{Because(ended.Error)}");
        return ended.Result is { } result
            ? serializer.ReadResult<TResult>(result)
            : throw new JobResultException(job, state, ended.Error, $"Job {job} has succeeded without a result: its handler set none.{Because(ended.Error)}");
    }

    private async Task<EndedJob> EndAsync(Guid job, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout > Longest))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A wait is from zero to 20 days long, or Timeout.InfiniteTimeSpan.");
        var ended = await watch.WaitAsync(job, timeout, cancellationToken).ConfigureAwait(false);
        return ended.Outcome is not null
            ? ended
            : throw new JobResultException(
                job, state: null, error: null, $"There is no job {job}: it was never enqueued, its transaction is not committed, or its record has passed retention.");
    }

    private static JobState StateOf(EndedJob ended) => ended.Outcome switch
    {
        AttemptOutcome.Succeeded => JobState.Succeeded,
        AttemptOutcome.Cancelled => JobState.Cancelled,
        AttemptOutcome.Superseded => JobState.Superseded,
        _ => JobState.Failed,
    };

    private static string Told(JobState state) => state switch
    {
        JobState.Cancelled => "was cancelled",
        JobState.Superseded => "was superseded by a later one with its deduplication key",
        _ => "has failed",
    };

    /// <summary>The first line: the rest is in the exception's own property.</summary>
    private static string Because(string? error) => error is null ? "" : $" {error.Split('\n', 2)[0]}";
}
