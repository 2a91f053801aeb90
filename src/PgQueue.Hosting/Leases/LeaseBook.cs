namespace PgQueue.Leases;

/// <summary>
/// The leases this process knows it holds, with how many of their jobs are not known to be settled, and the claims under way. A lease that the
/// database has and this book has not, in two beats between which every claim that was under way at the first has ended, is a claim whose reply
/// was lost. There need not be a moment without a claim: a busy process has none.
/// </summary>
internal sealed class LeaseBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int> _open = [];
    private readonly HashSet<long> _claims = [];
    private Dictionary<long, long> _suspects = [];
    private long _claimsBegun;

    public int Count
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>Whether the last beat showed a lease that another beat may prove lost.</summary>
    public bool HasSuspects
    {
        get
        {
            lock (_gate)
                return _suspects.Count > 0;
        }
    }

    /// <summary>Call before a claim is sent, and <see cref="EndClaim"/> when its reply is in the book or will never come.</summary>
    /// <returns>The claim's number.</returns>
    public long BeginClaim()
    {
        lock (_gate)
        {
            _claims.Add(++_claimsBegun);
            return _claimsBegun;
        }
    }

    public void EndClaim(long claim)
    {
        lock (_gate)
            _claims.Remove(claim);
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

    /// <summary>The leases to hand back, given what a beat returned.</summary>
    public long[] Reconcile(long[] held)
    {
        lock (_gate)
        {
            var oldest = _claims.Count == 0 ? long.MaxValue : _claims.Min();

            // a suspect may belong to any claim begun until the beat that first showed it came back
            var suspects = held.Where(l => !_open.ContainsKey(l)).ToDictionary(l => l, l => _suspects.GetValueOrDefault(l, _claimsBegun));
            var lost = suspects.Where(s => _suspects.ContainsKey(s.Key) && s.Value < oldest).Select(s => s.Key).ToArray();
            _suspects = suspects;
            return lost;
        }
    }
}
