using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>
/// Outcomes on their way to one pump. No timer: what arrives while a commit is under way goes with the next one. Only while more jobs are at hand
/// does it wait for a fair number of them, or five milliseconds.
/// </summary>
internal sealed class OutcomeBox(AsyncSignal signal, TimeProvider time)
{
    private const int FairNumber = 250;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(5);
    private readonly Lock _gate = new();
    private List<JobOutcome> _outcomes = new(1024);
    private long _oldest;

    public int Count
    {
        get
        {
            lock (_gate)
                return _outcomes.Count;
        }
    }

    public void Post(in JobOutcome outcome)
    {
        int count;
        lock (_gate)
        {
            if (_outcomes.Count == 0)
                _oldest = time.GetTimestamp();
            _outcomes.Add(outcome);
            count = _outcomes.Count;
        }

        if (count is 1 or FairNumber)
            signal.Set();
    }

    /// <summary>How long the pump may still wait before it flushes; zero for now, null for nothing to flush.</summary>
    public TimeSpan? DueIn(bool moreAtHand)
    {
        lock (_gate)
        {
            if (_outcomes.Count == 0)
                return null;
            if (!moreAtHand || _outcomes.Count >= FairNumber)
                return TimeSpan.Zero;
            var left = LongestWait - time.GetElapsedTime(_oldest);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public List<JobOutcome> Take()
    {
        lock (_gate)
        {
            var taken = _outcomes;
            _outcomes = new List<JobOutcome>(Math.Max(taken.Count, 64));
            return taken;
        }
    }

    public void Return(IEnumerable<JobOutcome> outcomes)
    {
        lock (_gate)
        {
            _outcomes.InsertRange(0, outcomes);
            _oldest = time.GetTimestamp();
        }
    }
}
