using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Leases;
using PgQueue.Loops;
using PgQueue.Notifications;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Runs one queue's workers in this process: starts its parts in the order in which they may be trusted, and stops them in the reverse.</summary>
internal sealed class WorkerEngine : IAsyncDisposable
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(2);
    private readonly WorkerParts _parts;
    private readonly ShutdownOptions _shutdown;
    private readonly DueStore _due;
    private readonly WakeHub _hub;
    private readonly Watchdog _watchdog;
    private readonly IReadOnlyList<Pump> _pumps;
    private readonly IReadOnlyList<BackgroundLoop> _loops;
    private volatile bool _isStopping;

    public WorkerEngine(
        WorkerParts parts, ShutdownOptions shutdown, DueStore due, WakeHub hub, IReadOnlyList<Pump> pumps, IReadOnlyList<BackgroundLoop> loops)
    {
        _parts = parts;
        _shutdown = shutdown;
        _due = due;
        _hub = hub;
        _pumps = pumps;
        _loops = loops;
        _watchdog = new Watchdog(parts.Heartbeat, Inspect, parts.Time);
    }

    /// <summary>The signs of life of everything that runs here.</summary>
    public IReadOnlyList<Pulse> Pulses => [_parts.Heartbeat.Pulse, _watchdog.Pulse, _parts.Progress.Pulse, .. _pumps.Select(p => p.Pulse), .. _loops.Select(l => l.Pulse)];

    private int Held => _parts.Held;

    /// <summary>The process row and its heartbeat come first; nothing is claimed before they exist.</summary>
    public void Start()
    {
        _parts.Heartbeat.TenureLost += OnTenureLost;
        _parts.Heartbeat.CancelsAsked += OnCancelsAsked;
        _hub.JobsReady += OnJobsReady;
        _hub.CancelAsked += _parts.Heartbeat.Nudge;
        _hub.PausesRead += OnPausesRead;
        _parts.Heartbeat.Start();
        _watchdog.Start();
        _parts.Progress.Start();
        foreach (var pump in _pumps)
            pump.Start();
        foreach (var loop in _loops)
            loop.Start();
    }

    /// <summary>First step of a stop: nothing new starts here, and what has not started is handed back at once.</summary>
    public async Task StopClaimingAsync()
    {
        if (_isStopping)
            return;
        _isStopping = true;
        // a job that came in after the drain would run, and its outcome would find no pump
        await Task.WhenAll(_pumps.Select(p => p.DrainAsync(ClaimTime))).ConfigureAwait(false);
        await Task.WhenAll(_loops.Select(l => l.StopAsync())).ConfigureAwait(false);
        var released = _parts.Feeds.Sum(f => f.Runner.ReleaseWaiting(onlyIfStuck: false));
        if (_parts.Suspects.TakeWaiting(static _ => true) is { } suspect && suspect.Finish(new JobOutcome(suspect.Job, AttemptOutcome.Released)))
            released++;
        _parts.Logger.Stopping(Held, released);
    }

    /// <summary>Second step: let jobs finish, cancel them, hand back what is left, flush, and last of all stop the heartbeat.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StopClaimingAsync().ConfigureAwait(false);
        await UntilIdleAsync(_shutdown.DrainTimeout, cancellationToken).ConfigureAwait(false);
        if (Held > 0)
        {
            foreach (var feed in _parts.Feeds)
                feed.Runner.StopAll(StopReason.Shutdown);
            await UntilIdleAsync(_shutdown.CancelTimeout, cancellationToken).ConfigureAwait(false);
        }

        // a claim that came in while the pump was told to stop
        foreach (var feed in _parts.Feeds)
            feed.Runner.ReleaseWaiting(onlyIfStuck: false);
        var left = _parts.Feeds.Sum(f => f.Runner.ReleaseRunning());
        if (left > 0)
            _parts.Logger.StoppedBusy(left);
        await _parts.Progress.StopAsync().ConfigureAwait(false);
        await Task.WhenAll(_pumps.Select(p => p.EndAsync(FlushTime))).ConfigureAwait(false);
        await TellOthersAsync().ConfigureAwait(false);
        await Task.Run(_parts.Heartbeat.Stop, CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _hub.JobsReady -= OnJobsReady;
        _hub.CancelAsked -= _parts.Heartbeat.Nudge;
        _hub.PausesRead -= OnPausesRead;
        foreach (var loop in _loops)
            await loop.DisposeAsync().ConfigureAwait(false);
        await _parts.Progress.DisposeAsync().ConfigureAwait(false);
        foreach (var pump in _pumps)
            await pump.DisposeAsync().ConfigureAwait(false);
        _watchdog.Dispose();
        _parts.Heartbeat.Dispose();
        if (_parts.Metrics.Gauges.View is { } view)
        {
            _parts.Metrics.Gauges.View = null;
            await view.Depths.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Inspect(long now)
    {
        foreach (var feed in _parts.Feeds)
        {
            feed.Runner.Inspect(now, (job, timeout) => _parts.Logger.JobTimedOut(job.Id, job.Type!, timeout));
            feed.Runner.ReleaseWaiting(onlyIfStuck: true);
        }
    }

    private void OnJobsReady(string? queue)
    {
        foreach (var feed in _parts.Feeds)
            if (queue is null || string.Equals(queue, feed.Runner.Name, StringComparison.Ordinal))
                feed.Heat();
        foreach (var pump in _pumps)
            pump.Wake();
    }

    private void OnCancelsAsked(Guid[] jobs, Guid[] discards)
    {
        foreach (var feed in _parts.Feeds)
            foreach (var job in jobs)
                feed.Runner.StopOne(job, discards.Contains(job) ? StopReason.DiscardAsked : StopReason.CancelAsked);
    }

    /// <summary>What is paused and has not started goes back at once; what runs goes on.</summary>
    private void OnPausesRead(string[] pauses, long askedAt)
    {
        if (!_parts.Pauses.Read(pauses, askedAt))
            return;
        foreach (var feed in _parts.Feeds)
        {
            feed.Switch(_parts.Pauses.HoldsQueue(feed.Runner.Name));
            if (feed.IsPaused)
                feed.Runner.ReleaseWaiting(onlyIfStuck: false);
        }

        if (_parts.Suspects.TakeWaiting(_parts.Pauses.Holds) is { } suspect)
            suspect.Finish(new JobOutcome(suspect.Job, AttemptOutcome.Released));
        foreach (var pump in _pumps)
            pump.Wake();
    }

    private void OnTenureLost(Tenure tenure, string reason) => _parts.Logger.LeaseLost(tenure.Id, reason, Held);

    private async Task UntilIdleAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = _parts.Time.GetTimestamp();
        while (Held > 0 && _parts.Time.GetElapsedTime(started) < limit && !cancellationToken.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(10), _parts.Time, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task TellOthersAsync()
    {
        try
        {
            await _due.WakeQueuesAsync([.. _parts.Feeds.Select(f => f.Runner.Name)], _parts.Heartbeat.Tenure?.Id ?? Guid.Empty, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(1), _parts.Time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageErrors.IsPassing(e))
        {
            // they poll
        }
    }
}
