using System.Runtime.InteropServices;
using PgQueue.Leases;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>
/// Outcomes on their way to one pump. Those of a whole lease go out at once, because a flush that covers a lease ends it for nothing, while the
/// last part of one has to be verified job by job. Those of a lease with jobs still open wait for the others, five milliseconds at most.
/// </summary>
internal sealed class OutcomeBox(LeaseBook book, AsyncSignal signal, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(5);
    private readonly Lock _gate = new();
    private readonly Dictionary<long, List<JobOutcome>> _partial = [];
    private List<JobOutcome> _whole = new(1024);
    private int _count;
    private long _oldest;

    public int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    public void Post(in JobOutcome outcome)
    {
        var lease = outcome.Job.LeaseId;
        lock (_gate)
        {
            if (_count++ == 0 || _partial.Count == 0)
                _oldest = time.GetTimestamp();
            ref var part = ref CollectionsMarshal.GetValueRefOrAddDefault(_partial, lease, out var isKnown);
            part ??= [];
            part.Add(outcome);
            if (part.Count >= book.Open(lease))
            {
                _whole.AddRange(part);
                _partial.Remove(lease);
            }
            else if (isKnown)
            {
                return;
            }
        }

        signal.Set();
    }

    /// <summary>How long the pump may still wait before it flushes; zero for now, null for nothing to flush.</summary>
    public TimeSpan? DueIn()
    {
        lock (_gate)
        {
            if (_count == 0)
                return null;
            return _whole.Count > 0 ? TimeSpan.Zero : Left();
        }
    }

    /// <summary>What is due: whole leases, and the parts of others once they have waited long enough.</summary>
    public List<JobOutcome> Take(bool everything)
    {
        lock (_gate)
        {
            var taken = _whole;
            if (everything || Left() == TimeSpan.Zero)
            {
                foreach (var part in _partial.Values)
                    taken.AddRange(part);
                _partial.Clear();
            }

            _whole = new List<JobOutcome>(Math.Max(taken.Count, 64));
            _count -= taken.Count;
            return taken;
        }
    }

    /// <summary>Puts outcomes back that are to go out again at once.</summary>
    public void Return(IReadOnlyCollection<JobOutcome> outcomes)
    {
        lock (_gate)
        {
            _whole.InsertRange(0, outcomes);
            _count += outcomes.Count;
        }
    }

    private TimeSpan Left()
    {
        var left = LongestWait - time.GetElapsedTime(_oldest);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
