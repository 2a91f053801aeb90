using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>
/// What one queue has learned of jobs on their last attempt. Such a job fails for good if its process dies, so none may wait in the reserve: while
/// they come, no more is claimed than can start at once, and one that came all the same goes back unburnt. Only once, so that a busy queue cannot
/// send it to the end of the line for ever: the second time it takes the next free place.
/// </summary>
internal sealed class LastAttempts(int maxCrashes, TimeProvider time)
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _handedBack = [];
    private long _seenAt;

    /// <summary>Whether there were any of late.</summary>
    public bool AreComing => Volatile.Read(ref _seenAt) is not 0 and var seen && time.GetElapsedTime(seen) < Memory;

    /// <summary>Whether it fails for good if its process dies with it.</summary>
    public bool IsOne(ClaimedJob job) => job.Attempt >= job.MaxAttempts || job.Crashes + 1 >= maxCrashes;

    public void Seen() => Volatile.Write(ref _seenAt, time.GetTimestamp());

    /// <summary>Whether a job without a place goes back: the first time it comes.</summary>
    public bool GoesBack(Guid job)
    {
        lock (_gate)
        {
            if (_handedBack.Remove(job))
                return false;
            if (_handedBack.Count >= Remembered)
                _handedBack.Clear();
            return _handedBack.Add(job);
        }
    }
}
