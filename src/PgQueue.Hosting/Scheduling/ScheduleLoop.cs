using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Handlers;
using PgQueue.Loops;
using PgQueue.Notifications;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Scheduling;

/// <summary>
/// Fires schedules. Every worker process does, without a leader: it sleeps until the next occurrence it knows of, and what several try at once the database
/// lets one of them do. A process fires what it defines itself and what the client defined, if it has a handler for the type.
/// </summary>
internal sealed class ScheduleLoop : BackgroundLoop
{
    private const int AtOnce = 100;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadAllEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskWaitingEvery = TimeSpan.FromSeconds(1);
    private readonly ScheduleBook _book = new();
    private readonly HashSet<(string, long)> _said = [];
    private readonly ScheduleStore _store;
    private readonly DefinitionSync _sync;
    private readonly DatabaseClock _clock;
    private readonly RouteTable _routes;
    private readonly LaneCatalog _lanes;
    private readonly Func<Guid?> _worker;
    private readonly WakeHub _hub;
    private Guid? _announcedAs;
    private long _lookedAt;
    private long _readAllAt;
    private long _askedWaitingAt;
    private bool _isSomethingGone;
    private volatile bool _isOld = true;

    public ScheduleLoop(
        ScheduleStore store, DefinitionSync sync, RouteTable routes, LaneCatalog lanes, Func<Guid?> worker, WakeHub hub, TimeProvider time, ILogger logger)
        : base("schedules", time, logger)
    {
        _store = store;
        _sync = sync;
        _routes = routes;
        _lanes = lanes;
        _worker = worker;
        _hub = hub;
        _clock = new DatabaseClock(time);
        hub.SchedulesChanged += OnChanged;
    }

    /// <summary>Brings this process's definitions into the database, before the loop starts: whoever looks after the start finds them.</summary>
    public Task DefineAsync(CancellationToken cancellationToken) => LookAsync(Guid.Empty, cancellationToken);

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (_worker() is not { } worker)
            return TimeSpan.FromMilliseconds(100);
        if (_announcedAs != worker)
        {
            await _store.AnnounceAsync(worker, _sync.Digests, cancellationToken).ConfigureAwait(false);
            _announcedAs = worker;
        }

        if (_isOld || Time.GetElapsedTime(_lookedAt) >= LookEvery)
            await LookAsync(worker, cancellationToken).ConfigureAwait(false);
        await FireWaitingAsync(worker, cancellationToken).ConfigureAwait(false);
        var wait = await FireDueAsync(worker, cancellationToken).ConfigureAwait(false);
        return _isOld ? TimeSpan.Zero : wait;
    }

    public override ValueTask DisposeAsync()
    {
        _hub.SchedulesChanged -= OnChanged;
        return base.DisposeAsync();
    }

    private void OnChanged()
    {
        _isOld = true;
        Wake();
    }

    private async Task LookAsync(Guid worker, CancellationToken cancellationToken)
    {
        // only what this process finds out itself is looked at again at once: others may change schedules without end, and what is due must fire
        var again = true;
        while (again)
        {
            _isOld = false;
            try
            {
                var isAll = _book.Version < 0 || _isSomethingGone || _sync.IsWaiting || Time.GetElapsedTime(_readAllAt) >= ReadAllEvery;
                var rows = await _store.ReadAsync(isAll ? -1 : _book.Version, worker, cancellationToken).ConfigureAwait(false);
                _clock.Set(rows.Now);
                _isSomethingGone = _book.Load(rows, isAll);
                if (_isSomethingGone)
                    continue;
                if (isAll)
                    _readAllAt = Time.GetTimestamp();
                again = await _sync.ReconcileAsync(_book, rows.Now, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception)
            {
                _isOld = true;
                throw;
            }
        }

        _lookedAt = Time.GetTimestamp();
        // says at once, and not at the next occurrence, what this process cannot fire
        foreach (var entry in _book.All)
            _ = IsOurs(entry);
    }

    private bool IsOurs(ScheduleEntry entry)
    {
        if (entry.IsStopped || (entry.Owner == ScheduleSource.Code && !_sync.Defines(entry.Name)))
            return false;
        if (entry.Fault is { } fault)
        {
            if (_said.Add((entry.Name, entry.Revision)))
                Logger.ScheduleUnreadable(entry.Name, fault);
            return false;
        }

        if (_routes.Find(entry.Type) is not null)
            return true;
        if (_sync.Defines(entry.Name) && _said.Add((entry.Name, entry.Revision)))
            Logger.ScheduleHasNoHandler(entry.Name, entry.Type);
        return false;
    }

    private async Task<TimeSpan> FireDueAsync(Guid worker, CancellationToken cancellationToken)
    {
        var now = _clock.Now;
        // a row that somebody changed is read again before it is fired: its expression may be another
        var due = _book.All.Where(e => e.NextAt <= now && !e.IsOld && IsOurs(e)).OrderBy(e => e.NextAt).Take(AtOnce).ToList();
        if (due.Count == 0)
            return Wait(now);
        var requests = due.ConvertAll(e => Request(e, now));
        var replies = await _store.FireAsync(requests, now, worker, cancellationToken).ConfigureAwait(false);
        _isOld |= _book.Apply(due.Select(e => e.Name), replies);
        foreach (var request in requests.Where(r => r.Due < now - ScheduleTiming.OnTime))
            if (replies.FirstOrDefault(r => string.Equals(r.Name, request.Name, StringComparison.Ordinal)) is { Jobs: var jobs } && (jobs > 0 || request.Runs.Count == 0))
                Logger.RunsMissed(request.Name, request.Due, jobs);
        await TellAsync(replies, cancellationToken).ConfigureAwait(false);
        // nothing moved: this process's idea of the time is ahead of the database's, and the reply has corrected it
        return replies.Exists(r => r.Jobs > 0) ? TimeSpan.Zero : Wait(_clock.Now, shortest: TimeSpan.FromMilliseconds(5));
    }

    private FireRequest Request(ScheduleEntry entry, DateTime now)
    {
        var plan = RunPlanner.Plan(entry.Recurrence!, entry.Missed, entry.NextAt!.Value, now);
        return new FireRequest(
            entry.Name, entry.Revision, entry.NextAt.Value, plan.Next, [.. plan.Runs.Select(r => Run(entry, r.At, r.MissedSince, now))]);
    }

    private static OccurrenceRun Run(ScheduleEntry entry, DateTime at, DateTime? since, DateTime now)
    {
        var run = new ScheduledRun(
            entry.Name, new DateTimeOffset(at), now - at > ScheduleTiming.OnTime, since is { } first ? new DateTimeOffset(first) : null, IsTriggered: false);
        return new OccurrenceRun(at, since, OccurrenceId.Of(entry.Name, at), ScheduledRunHeaders.Write(entry.Headers, run));
    }

    private async Task FireWaitingAsync(Guid worker, CancellationToken cancellationToken)
    {
        if (Time.GetElapsedTime(_askedWaitingAt) < AskWaitingEvery)
            return;
        _askedWaitingAt = Time.GetTimestamp();
        var now = _clock.Now;
        var waiting = _book.All.Where(e => e.WaitingAt is not null && !e.IsOld && IsOurs(e))
            .Select(e => (e.Name, Run(e, e.WaitingAt!.Value, e.WaitingSince < e.WaitingAt ? e.WaitingSince : null, now))).ToList();
        foreach (var batch in waiting.Chunk(AtOnce))
        {
            var replies = await _store.FireWaitingAsync(batch, worker, cancellationToken).ConfigureAwait(false);
            _isOld |= _book.Apply(batch.Select(w => w.Name), replies);
            await TellAsync(replies, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(List<FireReply> replies, CancellationToken cancellationToken)
    {
        if (replies.Count > 0)
            _clock.Set(replies[^1].Now);
        foreach (var lane in replies.Where(r => r.Jobs > 0).Select(r => r.Lane).Distinct())
        {
            if (_lanes.Find(lane) is null)
                await _lanes.RefreshAsync(cancellationToken).ConfigureAwait(false);
            _hub.AnnounceReady(_lanes.Find(lane)?.Queue);
        }
    }

    /// <summary>Until the next occurrence, aimed early because the base class jitters by 10 %, or the next thing to ask the database.</summary>
    private TimeSpan Wait(DateTime now, TimeSpan shortest = default)
    {
        var next = LookEvery;
        foreach (var entry in _book.All)
        {
            if (entry.NextAt is { } at && at - now < next && IsOurs(entry))
                next = at - now;
            if (entry.WaitingAt is not null && AskWaitingEvery < next && IsOurs(entry))
                next = AskWaitingEvery;
        }

        if (shortest == default)
            shortest = TimeSpan.FromMilliseconds(1);
        return next * 0.9 > shortest ? next * 0.9 : shortest;
    }
}
