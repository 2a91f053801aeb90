using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>The jobs that this process waits for. Thread-safe; what is to be sent is taken by one loop.</summary>
internal sealed class EndWaits(TimeProvider time)
{
    /// <summary>Rows live for an hour, and longer waits renew them.</summary>
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(20);

    private readonly Guid _process = Guid.NewGuid();
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, EndWait> _waits = [];
    private readonly HashSet<EndWait> _fresh = [];
    private readonly HashSet<Guid> _hinted = [];
    private readonly HashSet<Guid> _over = [];

    /// <summary>Whether nobody waits and nothing is to be taken back.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _waits.Count + _over.Count == 0;
        }
    }

    public EndWait Enter(Guid job)
    {
        lock (_gate)
        {
            if (!_waits.TryGetValue(job, out var wait))
            {
                _waits[job] = wait = new EndWait(job, time.GetTimestamp()) { HasRow = _over.Remove(job) };
                _fresh.Add(wait);
            }

            wait.Waiters++;
            return wait;
        }
    }

    public void Leave(EndWait wait)
    {
        lock (_gate)
            if (--wait.Waiters == 0)
                Remove(wait);
    }

    /// <summary>Somebody says that it has ended. Returns whether that matters here.</summary>
    public bool Hint(Guid job)
    {
        lock (_gate)
            return _waits.ContainsKey(job) && _hinted.Add(job);
    }

    /// <summary>What is to be sent now.</summary>
    /// <param name="everything">Whether to look at every job.</param>
    public WaitRequest Take(bool everything)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            List<EndWait> fresh = [.. _fresh];
            List<EndWait> again = [];
            foreach (var wait in everything ? _waits.Values : _hinted.Select(j => _waits.GetValueOrDefault(j)).OfType<EndWait>())
                if (wait.SentAt != 0 && !_fresh.Contains(wait))
                    again.Add(wait);
            List<EndWait> begin = [.. fresh, .. again.Where(w => time.GetElapsedTime(w.SentAt, now) > RenewAfter)];
            foreach (var wait in begin)
                (wait.SentAt, wait.HasRow) = (now, true);
            var request = new WaitRequest
            {
                Process = _process,
                Begin = [.. begin.Select(w => w.Job)],
                End = [.. _over],
                First = [.. fresh.Concat(again.Where(w => !w.IsLookedAt)).Select(w => w.Job)],
                Again = [.. again.Where(w => w.IsLookedAt).Select(w => w.Job)],
                Age = again.Count == 0 ? TimeSpan.Zero : time.GetElapsedTime(again.Min(w => w.Since), now),
            };
            _fresh.Clear();
            _hinted.Clear();
            _over.Clear();
            return request;
        }
    }

    /// <summary>It was sent, and these of its jobs have ended or do not exist.</summary>
    public void Answered(WaitRequest request, IReadOnlyList<EndedJob> ended)
    {
        lock (_gate)
        {
            foreach (var job in request.First)
                if (_waits.TryGetValue(job, out var wait))
                    wait.IsLookedAt = true;
            foreach (var job in ended)
                if (_waits.TryGetValue(job.Job, out var wait) && wait.SentAt != 0)
                {
                    Remove(wait);
                    wait.Ended.TrySetResult(job);
                }
        }
    }

    /// <summary>It may not have arrived: all of it goes again.</summary>
    public void Failed(WaitRequest request)
    {
        lock (_gate)
        {
            foreach (var job in request.End)
            {
                if (_waits.TryGetValue(job, out var wait))
                    wait.HasRow = true;
                else
                    _over.Add(job);
            }

            foreach (var job in request.Begin)
                if (_waits.TryGetValue(job, out var wait))
                    _fresh.Add(wait);
        }
    }

    /// <summary>Ends every wait with an exception.</summary>
    public void FailAll(Exception exception)
    {
        lock (_gate)
            foreach (var wait in _waits.Values.ToList())
            {
                Remove(wait);
                wait.Ended.TrySetException(exception);
                // whoever waited may have left just now
                _ = wait.Ended.Task.Exception;
            }
    }

    private void Remove(EndWait wait)
    {
        if (!_waits.TryGetValue(wait.Job, out var present) || !ReferenceEquals(present, wait))
            return;
        _waits.Remove(wait.Job);
        _fresh.Remove(wait);
        _hinted.Remove(wait.Job);
        if (wait.HasRow)
            _over.Add(wait.Job);
    }
}
