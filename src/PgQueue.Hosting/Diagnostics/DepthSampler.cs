using Microsoft.Extensions.Logging;

namespace PgQueue.Diagnostics;

/// <summary>
/// Counts the queues in the database for the gauges: never in an observation itself, only while somebody observes, and for at most a twentieth of
/// the time.
/// </summary>
internal sealed class DepthSampler(Func<CancellationToken, Task<IReadOnlyList<QueueDepth>>> read, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestTrust = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _sampling = Task.CompletedTask;
    private volatile Sample? _last;
    private long _observedAt;
    private bool _isFailing;

    /// <summary>The last count, and the wish for more. Empty at first, and after a minute without a count: no figure is better than an old one.</summary>
    public IReadOnlyList<QueueDepth> Observe()
    {
        Volatile.Write(ref _observedAt, time.GetTimestamp());
        lock (_gate)
        {
            if (_sampling.IsCompleted && !_stop.IsCancellationRequested)
            {
                using var flow = ExecutionContext.SuppressFlow();
                _sampling = Task.Run(SampleAsync);
            }
        }

        return _last is { } sample && time.GetElapsedTime(sample.At) < LongestTrust + (20 * sample.Took) ? sample.Depths : [];
    }

    /// <summary>Counts once.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var depths = await read(cancellationToken).ConfigureAwait(false);
        var took = time.GetElapsedTime(started);
        _last = new Sample(depths, time.GetTimestamp(), took);
        return took;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _sampling.WaitAsync(LongestStop, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // a call that hangs in a dead network is left behind: it ends by its own time limits
            return;
        }

        _stop.Dispose();
    }

    private async Task SampleAsync()
    {
        while (!_stop.IsCancellationRequested && time.GetElapsedTime(Volatile.Read(ref _observedAt)) < LongestGap)
        {
            var pause = Period;
            try
            {
                var took = await RunOnceAsync(_stop.Token).ConfigureAwait(false);
                pause = pause > 20 * took ? pause : 20 * took;
                if (_isFailing)
                    logger.LoopRecovered("gauges");
                _isFailing = false;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!_isFailing)
                    logger.LoopFailed(e, "gauges", pause);
                _isFailing = true;
            }

            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Sample(IReadOnlyList<QueueDepth> Depths, long At, TimeSpan Took);
}
