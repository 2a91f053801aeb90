using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>
/// From which sequence each lane is read. Below the safe bound nothing undecided is left; the hot bound is where the last claim ended. Claims
/// start at the safe bound while it is near, else at the hot one, with sweeps from the safe one for at most 5 % of the time.
/// </summary>
internal sealed class ClaimCursor(TimeProvider time)
{
    private const long Near = 20_000;
    private static readonly TimeSpan MarkEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShareEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestCost = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly Dictionary<short, (long Safe, long Hot)> _bounds = [];
    private readonly Dictionary<short, long> _shared = [];
    private CursorMark? _mark;
    private long _markedAt;
    private long _sharedAt;
    private long _sweptAt;
    private TimeSpan _sweepCost;
    private bool _moved;

    /// <summary>The bounds for a claim, and whether this one is a sweep whose cost is to be reported.</summary>
    public long[] Bounds(short[] lanes, Func<short, long> shared, out bool isSweep)
    {
        lock (_gate)
        {
            var due = time.GetElapsedTime(_sweptAt) > (_sweepCost * 20 > MarkEvery ? _sweepCost * 20 : MarkEvery);
            isSweep = false;
            var bounds = new long[lanes.Length];
            for (var i = 0; i < lanes.Length; i++)
            {
                if (!_bounds.TryGetValue(lanes[i], out var bound))
                    _bounds[lanes[i]] = bound = (shared(lanes[i]), 0);
                var isFar = bound.Hot - bound.Safe >= Near;
                isSweep |= isFar && due;
                bounds[i] = isFar && !due ? bound.Hot : bound.Safe;
            }

            if (isSweep)
                _sweptAt = time.GetTimestamp();
            return bounds;
        }
    }

    public void Swept(TimeSpan cost)
    {
        lock (_gate)
            _sweepCost = ((_sweepCost * 3) + (cost < LongestCost ? cost : LongestCost)) / 4;
    }

    /// <summary>
    /// Starts again from the first row. For after a lost connection: what answers next may be a standby or a restored copy, whose sequence is behind
    /// these bounds, and new jobs below them would never be seen.
    /// </summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (var lane in _bounds.Keys)
                _bounds[lane] = (0, 0);
            _mark = null;
            _moved = true;
        }
    }

    public void Claimed(IReadOnlyList<ClaimedJob> jobs)
    {
        if (jobs.Count == 0)
            return;
        lock (_gate)
        {
            _moved = true;
            foreach (var job in jobs)
            {
                var bound = _bounds.GetValueOrDefault(job.Lane);
                if (job.Seq > bound.Hot)
                    _bounds[job.Lane] = (bound.Safe, job.Seq);
            }
        }
    }

    /// <summary>What to ask of the database now to move the safe bound: to advance since the last mark, and to draw a new one.</summary>
    public (CursorRequest? Advance, bool Mark) Due()
    {
        lock (_gate)
        {
            if (_mark is null ? !_moved : time.GetElapsedTime(_markedAt) < MarkEvery)
                return (null, false);
            if (_mark is not { } mark)
                return (null, true);
            short[] lanes = [.. _bounds.Keys];
            return (new CursorRequest(lanes, [.. lanes.Select(l => _bounds[l].Safe)], mark), false);
        }
    }

    public void Marked(CursorMark mark)
    {
        lock (_gate)
        {
            _mark = mark;
            _markedAt = time.GetTimestamp();
            _moved = false;
        }
    }

    public void Advanced(CursorReply reply)
    {
        lock (_gate)
        {
            _markedAt = time.GetTimestamp();
            if (reply.Passed)
                _mark = null;
            foreach (var (lane, safe) in reply.Bounds)
            {
                var bound = _bounds.GetValueOrDefault(lane);
                if (safe > bound.Safe)
                    _bounds[lane] = (safe, Math.Max(bound.Hot, safe));
            }
        }
    }

    /// <summary>The safe bounds, when it is time to share them with processes to come.</summary>
    public (short[] Lanes, long[] Bounds)? ToShare()
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_sharedAt) < ShareEvery)
                return null;
            _sharedAt = time.GetTimestamp();
            short[] lanes = [.. _bounds.Where(b => b.Value.Safe > _shared.GetValueOrDefault(b.Key)).Select(b => b.Key)];
            foreach (var lane in lanes)
                _shared[lane] = _bounds[lane].Safe;
            return lanes.Length == 0 ? null : (lanes, [.. lanes.Select(l => _bounds[l].Safe)]);
        }
    }
}
