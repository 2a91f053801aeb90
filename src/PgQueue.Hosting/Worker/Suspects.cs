using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;

namespace PgQueue.Worker;

/// <summary>
/// Jobs whose worker died. They start one after the other: the next when the last has ended, or has run for a second without killing its process,
/// so that the long jobs of a lost machine do not wait for each other. From its second death on one runs with nothing beside it, so that a job
/// that kills its worker is found out and its neighbours are cleared. Waiting for the others to finish has a limit, so that it runs at all.
/// </summary>
internal sealed class Suspects(Func<int> held, TimeProvider time, ILogger logger)
{
    private const int AloneFrom = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private WorkItem? _waiting;
    private Action<WorkItem>? _start;
    private WorkItem? _running;
    private bool _runsAlone;
    private int _claims;
    private long _since;

    /// <summary>Whether one may be claimed.</summary>
    public bool IsFree => FreeIn == TimeSpan.Zero;

    /// <summary>How long until one may be claimed; null if something has to end first.</summary>
    public TimeSpan? FreeIn
    {
        get
        {
            lock (_gate)
            {
                if (_waiting is not null || (IsRunning && _runsAlone))
                    return null;
                var left = !IsRunning ? TimeSpan.Zero : Probation - time.GetElapsedTime(_since);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Whether nothing else may be claimed.</summary>
    public bool BlocksClaims
    {
        get
        {
            lock (_gate)
                return _waiting is not null || (IsRunning && _runsAlone);
        }
    }

    private bool IsRunning => _running is { IsGivenUp: false };

    /// <summary>Call before asking whether claims are blocked: a claim under way may bring jobs that nobody holds yet.</summary>
    public void BeginClaim()
    {
        lock (_gate)
            _claims++;
    }

    /// <summary>Call when what the claim brought is held.</summary>
    public void EndClaim()
    {
        lock (_gate)
            _claims--;
    }

    public void Admit(WorkItem item, Action<WorkItem> start)
    {
        lock (_gate)
        {
            _since = time.GetTimestamp();
            if (item.Job.Crashes < AloneFrom)
            {
                _running = item;
                _runsAlone = false;
            }
            else
            {
                _waiting = item;
                _start = start;
                return;
            }
        }

        start(item);
    }

    /// <summary>Starts the waiting one as soon as it is alone, and forgets one that ended without an outcome. Called at every turn of the pump.</summary>
    public void Turn()
    {
        WorkItem item;
        Action<WorkItem> start;
        lock (_gate)
        {
            if (_running is { IsGivenUp: true })
                _running = null;
            if (_waiting is null || ((held() > 0 || _claims > 0) && time.GetElapsedTime(_since) < LongestWait))
                return;
            (item, start) = (_waiting, _start!);
            (_running, _waiting, _runsAlone) = (_waiting, null, true);
        }

        logger.RunsAlone(item.Job.Id, item.Job.Type!, item.Job.Crashes);
        start(item);
    }

    public void Finished(Guid job)
    {
        lock (_gate)
            if (_running?.Job.Id == job)
                _running = null;
    }

    /// <summary>Gives up one that has not started.</summary>
    public WorkItem? TakeWaiting()
    {
        lock (_gate)
        {
            var item = _waiting;
            _waiting = null;
            return item;
        }
    }
}
