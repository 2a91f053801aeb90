using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;

namespace PgQueue.Worker;

/// <summary>
/// Jobs whose worker died. After a first death nearly all are bystanders: one starts, then two, then four, and so on, each lot when the last has
/// ended or has run for a second without killing the process, so that the long jobs of a lost machine do not wait for each other. From its second
/// death on one runs with nothing beside it, so that a job that kills its worker is found out and its neighbours are cleared: whoever it took along
/// twice cannot be taken along again. Waiting for the others to finish has a limit, so that it runs at all.
/// </summary>
internal sealed class Suspects(Func<int> held, TimeProvider time, ILogger logger)
{
    private const int AloneFrom = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly List<WorkItem> _lot = [];
    private WorkItem? _waiting;
    private Action<WorkItem>? _start;
    private WorkItem? _alone;
    private int _next = 1;
    private int _claims;
    private long _since;

    /// <summary>How many may be claimed.</summary>
    public int Room
    {
        get
        {
            lock (_gate)
                return FreeIn == TimeSpan.Zero ? _next : 0;
        }
    }

    /// <summary>How long until some may be claimed; null if something has to end first.</summary>
    public TimeSpan? FreeIn
    {
        get
        {
            lock (_gate)
            {
                if (BlocksClaims)
                    return null;
                var left = _lot.Count == 0 ? TimeSpan.Zero : Probation - time.GetElapsedTime(_since);
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
                return _waiting is not null || _alone is { IsGivenUp: false };
        }
    }

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

    /// <summary>Trusts no more than one: there are none left, or others have come since.</summary>
    public void Doubt()
    {
        lock (_gate)
            _next = 1;
    }

    /// <returns>Those there is no room for now.</returns>
    public IReadOnlyList<WorkItem> Admit(IReadOnlyList<WorkItem> items, Action<WorkItem> start)
    {
        List<WorkItem> refused = [];
        List<WorkItem> lot = [];
        lock (_gate)
        {
            var room = Room;
            var wasWaiting = _waiting is not null;
            foreach (var item in items)
            {
                if (_waiting is not null || lot.Count >= room)
                    refused.Add(item);
                else if (item.Job.Crashes < AloneFrom)
                    lot.Add(item);
                else
                    (_waiting, _start) = (item, start);
            }

            if (lot.Count > 0)
            {
                _lot.Clear();
                _lot.AddRange(lot);
            }

            if (lot.Count > 0 || (_waiting is not null && !wasWaiting))
            {
                _since = time.GetTimestamp();
                _next = _waiting is null ? lot.Count * 2 : 1;
            }
        }

        foreach (var item in lot)
            start(item);
        return refused;
    }

    /// <summary>Starts the waiting one as soon as it is alone, and forgets those that ended without an outcome. Called at every turn of the pump.</summary>
    public void Turn()
    {
        WorkItem item;
        Action<WorkItem> start;
        lock (_gate)
        {
            _lot.RemoveAll(i => i.IsGivenUp);
            if (_alone is { IsGivenUp: true })
                _alone = null;
            if (_waiting is null || ((held() > 0 || _claims > 0) && time.GetElapsedTime(_since) < LongestWait))
                return;
            (item, start) = (_waiting, _start!);
            (_alone, _waiting) = (_waiting, null);
        }

        logger.RunsAlone(item.Job.Id, item.Job.Type!, item.Job.Crashes);
        start(item);
    }

    public void Finished(Guid job)
    {
        lock (_gate)
        {
            _lot.RemoveAll(i => i.Job.Id == job);
            if (_alone?.Job.Id == job)
                _alone = null;
        }
    }

    /// <summary>Gives up one that has not started, if it is one of these.</summary>
    public WorkItem? TakeWaiting(Func<WorkItem, bool> isMeant)
    {
        lock (_gate)
        {
            if (_waiting is not { } item || !isMeant(item))
                return null;
            _waiting = null;
            return item;
        }
    }
}
