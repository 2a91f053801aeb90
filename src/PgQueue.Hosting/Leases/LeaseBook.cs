namespace PgQueue.Leases;

/// <summary>
/// The leases this process knows it holds, with how many of their jobs are not known to be settled, and whether a claim is under way. A lease that
/// the database has and this book has not, in two beats with no claim under way, is a claim whose reply was lost.
/// </summary>
internal sealed class LeaseBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int> _open = [];
    private HashSet<long> _suspects = [];
    private int _claims;
    private long _claimsEnded;

    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>Call before a claim is sent, and <see cref="EndClaim"/> when its reply is in the book or will never come.</summary>
    public void BeginClaim()
    {
        lock (_gate)
            _claims++;
    }

    public void EndClaim()
    {
        lock (_gate)
        {
            _claims--;
            _claimsEnded++;
        }
    }

    public void Add(long lease, int jobs)
    {
        lock (_gate)
            _open[lease] = jobs;
    }

    /// <summary>How many jobs of a lease are not known to be settled; 0 for one we do not hold.</summary>
    public int Open(long lease)
    {
        lock (_gate)
            return _open.GetValueOrDefault(lease);
    }

    /// <summary>Jobs of a lease are settled. One with nothing open is forgotten: should the database still have it, the next beats hand it back.</summary>
    public void Settle(long lease, int jobs)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(lease, out var open))
                return;
            if (open <= jobs)
                _open.Remove(lease);
            else
                _open[lease] = open - jobs;
        }
    }

    public void Drop(long lease)
    {
        lock (_gate)
            _open.Remove(lease);
    }

    /// <summary>One job has left a lease for one of its own.</summary>
    public void Detach(long lease, long own)
    {
        if (lease == own)
            return;
        Settle(lease, 1);
        Add(own, 1);
    }

    /// <summary>How things stand, taken before a beat is sent.</summary>
    public BeatMark Mark()
    {
        lock (_gate)
            return new BeatMark(_claims, _claimsEnded);
    }

    /// <summary>The leases to hand back, given what a beat returned.</summary>
    public long[] Reconcile(BeatMark mark, long[] held)
    {
        lock (_gate)
        {
            // a claim that ended while the beat was under way may have added its lease before or after the beat looked
            var quiet = mark.Claims == 0 && _claims == 0 && mark.ClaimsEnded == _claimsEnded;
            if (!quiet)
                return [];
            var unknown = held.Where(l => !_open.ContainsKey(l)).ToHashSet();
            var lost = unknown.Where(_suspects.Contains).ToArray();
            _suspects = unknown;
            return lost;
        }
    }

    /// <summary>How things stood when a beat was sent.</summary>
    internal readonly record struct BeatMark(int Claims, long ClaimsEnded);
}
