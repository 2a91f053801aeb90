using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Notifications;
using PgQueue.Storage;

namespace PgQueue.Scheduling;

/// <summary>
/// Makes scheduled jobs ready when they are due. Every process does it. It sleeps until the next due time it knows of, at most two seconds, and
/// is woken by whatever is due sooner: enqueues of delayed jobs, and this process's own retries, snoozes and deferrals. Those of others are theirs.
/// </summary>
internal sealed class Promoter : BackgroundLoop
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CheapSweep = TimeSpan.FromMilliseconds(5);
    private readonly DueStore _store;
    private readonly LaneCatalog _lanes;
    private readonly Func<Guid> _worker;
    private readonly WakeHub _hub;
    private DateTime? _from;
    private TimeSpan _sweepCost;
    private long _sweptAt;
    private long _wakesAt = long.MaxValue;
    private string[] _pauses = [];

    public Promoter(DueStore store, LaneCatalog lanes, Func<Guid> worker, WakeHub hub, TimeProvider time, ILogger logger)
        : base("promoter", time, logger)
    {
        _store = store;
        _lanes = lanes;
        _worker = worker;
        _hub = hub;
        hub.JobsScheduled += Expect;
    }

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        var started = Time.GetTimestamp();
        // what is scheduled from here on may be missed by this look
        Volatile.Write(ref _wakesAt, long.MaxValue);
        var sweep = _from is null || _sweepCost < CheapSweep || Time.GetElapsedTime(_sweptAt) > Max(TimeSpan.FromSeconds(1), _sweepCost * 20);
        var reply = await _store.PromoteJobsAsync(sweep ? null : _from, AtOnce, _worker(), cancellationToken).ConfigureAwait(false);
        if (sweep)
        {
            // smoothed, so that one slow call does not put the next sweep off for long
            _sweepCost = ((_sweepCost * 3) + Min(Time.GetElapsedTime(started), TimeSpan.FromMilliseconds(500))) / 4;
            _sweptAt = Time.GetTimestamp();
        }

        var isPausedAnew = reply.Pauses.Except(_pauses, StringComparer.Ordinal).Any();
        _pauses = reply.Pauses;
        _hub.AnnouncePauses(_pauses, started);
        _from = reply.Highest ?? _from;
        var isNewLane = reply.Lanes != _lanes.Count;
        if (isNewLane)
            await _lanes.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (reply.Jobs > 0 || isNewLane)
            _hub.AnnounceReady(null);
        if (reply.Jobs == AtOnce)
            return TimeSpan.Zero;
        // the base class jitters by 10 %: aim early at what is near, and look again
        var nap = reply.NextIn is { } next && next < Longest ? Max(next * 0.9, TimeSpan.FromMilliseconds(1)) : Longest * 0.9;
        // a claim under way at a pause may bring jobs that only the next look shows to be older than the pause
        if (isPausedAnew)
            nap = Min(nap, AfterPause);
        Volatile.Write(ref _wakesAt, After(nap * 1.1));
        return nap;
    }

    public override ValueTask DisposeAsync()
    {
        _hub.JobsScheduled -= Expect;
        return base.DisposeAsync();
    }

    /// <summary>Something is due in a while: wakes if that is before the end of the nap.</summary>
    private void Expect(TimeSpan dueIn)
    {
        if (After(dueIn) < Volatile.Read(ref _wakesAt))
            Wake();
    }

    private long After(TimeSpan time) => Time.GetTimestamp() + (long)(time.TotalSeconds * Time.TimestampFrequency);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
