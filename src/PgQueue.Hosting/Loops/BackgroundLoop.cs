using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;

namespace PgQueue.Loops;

/// <summary>
/// A chore that repeats for as long as the process lives. No exception leaves it: it is logged once a change of state, and the chore goes on after
/// a jittered, growing pause. Tests call <see cref="RunOnceAsync"/>.
/// </summary>
/// <param name="name">What logs and health checks call it.</param>
/// <param name="time">The clock for its waits.</param>
/// <param name="logger">Where its failures are told.</param>
/// <param name="longestTurn">How long one turn may take before anybody wonders; a minute if not said.</param>
internal abstract class BackgroundLoop(string name, TimeProvider time, ILogger logger, TimeSpan? longestTurn = null) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncSignal _wake = new();
    private Task? _running;
    private int _failures;

    public Pulse Pulse { get; } = new(name, time, longestTurn ?? TimeSpan.FromMinutes(1));

    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    /// <summary>How long after the start the chore is first done.</summary>
    protected virtual TimeSpan FirstWait => TimeSpan.Zero;

    public void Start() => _running ??= Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Ends the present wait.</summary>
    public void Wake() => _wake.Set();

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await (_running ?? Task.CompletedTask).WaitAsync(LongestStop, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // a call that hangs in a dead network is left behind: it ends by its own time limits
            _running = null;
        }
    }

    /// <summary>Does the chore once.</summary>
    /// <returns>How long to wait before the next time; jittered by 10 %.</returns>
    public abstract Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken);

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        Pulse.Rest(FirstWait);
        await _wake.WaitAsync(FirstWait, time, cancellationToken).ConfigureAwait(false);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait;
            Pulse.Beat();
            try
            {
                wait = await RunOnceAsync(cancellationToken).ConfigureAwait(false);
                Pulse.Turned();
                if (_failures > 0)
                    logger.LoopRecovered(name);
                _failures = 0;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                wait = Pause(_failures++);
                Pulse.Turned(e);
                if (_failures == 1)
                    logger.LoopFailed(e, name, wait);
            }

            wait *= 0.9 + (Random.Shared.NextDouble() * 0.2);
            Pulse.Rest(wait);
            await _wake.WaitAsync(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromMilliseconds(200) * Math.Pow(2, Math.Min(failures, 8));
        return (pause < LongestPause ? pause : LongestPause) * (0.5 + (Random.Shared.NextDouble() * 0.5));
    }
}
