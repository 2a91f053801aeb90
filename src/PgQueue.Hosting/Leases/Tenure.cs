namespace PgQueue.Leases;

/// <summary>
/// One registration of this process: an id under which it holds leases, and a local deadline that falls before the database's, whatever the
/// clocks say: the monotonic time before the last successful beat was sent, plus the lease, less a margin.
/// </summary>
internal sealed class Tenure(Guid id, long firstLease, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private long _deadline;
    private int _isLost;

    public Guid Id => id;

    /// <summary>The least lease id it can hold.</summary>
    public long FirstLease => firstLease;

    /// <summary>Whether new work may be started under it.</summary>
    public bool IsLive => Volatile.Read(ref _isLost) == 0 && time.GetTimestamp() < Volatile.Read(ref _deadline);

    public bool IsLost => Volatile.Read(ref _isLost) != 0;

    /// <summary>Fires when the lease is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    public TimeSpan Left => IsLive ? time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _deadline)) : TimeSpan.Zero;

    public void Extend(long deadline) => Volatile.Write(ref _deadline, deadline);

    /// <returns>Whether it was this call that ended it.</returns>
    public bool Lose()
    {
        if (Interlocked.Exchange(ref _isLost, 1) != 0)
            return false;
        _ = _lost.CancelAsync();
        return true;
    }

    public void Dispose() => _lost.Dispose();
}
