using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>A place in which one job after the other runs, with the token that the watchdog may cancel. Reused, so that a job costs no timer.</summary>
internal sealed class RunSlot(TimeProvider time)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private Tenure? _tenure;
    private long _deadline;

    public ClaimedJob? Job { get; private set; }

    /// <summary>When the present job started, as a monotonic timestamp.</summary>
    public long StartedAt { get; private set; }

    /// <summary>How long the present job may run; negative for as long as it likes.</summary>
    public TimeSpan Timeout { get; private set; }

    /// <summary>Why the present job was told to stop.</summary>
    public StopReason Reason { get; private set; }

    public CancellationToken Begin(ClaimedJob job, Tenure tenure, long now, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_source.IsCancellationRequested || !_source.TryReset())
                _source = new CancellationTokenSource();
            Job = job;
            _tenure = tenure;
            Timeout = timeout;
            _deadline = timeout < TimeSpan.Zero ? long.MaxValue : now + (long)(timeout.TotalSeconds * time.TimestampFrequency);
            StartedAt = now;
            Reason = StopReason.None;
            return _source.Token;
        }
    }

    public StopReason End()
    {
        lock (_gate)
        {
            Job = null;
            _tenure = null;
            return Reason;
        }
    }

    /// <summary>Cancels the present job if it is over its limits.</summary>
    /// <returns>Whether its timeout was what ended it.</returns>
    public bool Inspect(long now)
    {
        lock (_gate)
        {
            if (Job is null || Reason != StopReason.None)
                return false;
            if (_tenure is { IsLost: true })
                Cancel(StopReason.LeaseLost);
            else if (now >= _deadline)
                Cancel(StopReason.Timeout);
            return Reason == StopReason.Timeout;
        }
    }

    public void Stop(StopReason reason)
    {
        lock (_gate)
            if (Job is not null && Reason == StopReason.None)
                Cancel(reason);
    }

    public void StopIf(Guid job, StopReason reason)
    {
        lock (_gate)
            if (Job?.Id == job && Reason == StopReason.None)
                Cancel(reason);
    }

    private void Cancel(StopReason reason)
    {
        Reason = reason;
        // the token is cancelled at once; callbacks of user code run elsewhere and cannot hold the watchdog up
        _ = _source.CancelAsync();
    }
}
