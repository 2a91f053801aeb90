using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Decides what a turn claims: from which queues, how many, from which bounds; and when the next turn is due.</summary>
internal sealed class ClaimPlanner(WorkerParts parts, bool takesSuspects)
{
    private static readonly TimeSpan SuspectsEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly PumpRequest _nothing = new() { Worker = Guid.Empty };
    private long _suspectsAt;
    private volatile bool _isSuspectsHot = true;

    public (PumpRequest Request, IReadOnlyList<PlannedClaim> Claims, bool IsSweep) Plan(Tenure tenure)
    {
        var claims = new List<PlannedClaim>();
        var requests = new List<ClaimRequest>();
        var isSweep = false;
        if (!parts.Suspects.BlocksClaims)
        {
            // suspects first: they get their place even where others would take all
            var suspects = PlanSuspects();
            foreach (var feed in parts.Feeds)
            {
                if (feed.DueIn() > TimeSpan.Zero || feed.Runner.Want() == 0)
                    continue;
                var lanes = parts.Lanes.Of(feed.Runner.Name, isolated: false);
                feed.Looking();
                if (lanes.Length == 0)
                    feed.Looked(0, 1, notified: false);
                else if (feed.Runner.Ask() is > 0 and var want)
                    Add(new PlannedClaim(feed, want, [feed]), lanes);
                else
                    feed.Heat();
            }

            if (suspects is { } claim)
                Add(claim, [.. claim.Asking.SelectMany(f => parts.Lanes.Of(f.Runner.Name, isolated: true))]);
        }

        var (advance, mark) = claims.Count > 0 && takesSuspects ? parts.Cursor.Due() : (null, false);
        return (_nothing with { Worker = tenure.Id, Claims = requests, Advance = advance, Mark = mark }, claims, isSweep);

        void Add(PlannedClaim claim, Lane[] lanes)
        {
            short[] numbers = [.. lanes.Select(l => l.Number)];
            var bounds = parts.Cursor.Bounds(numbers, n => parts.Lanes.Find(n)?.SafeSeq ?? 0, out var sweeps);
            isSweep |= sweeps;
            claims.Add(claim);
            requests.Add(new ClaimRequest(numbers, bounds, claim.Limit));
        }
    }

    private PlannedClaim? PlanSuspects()
    {
        if (!AreSuspectsDue(parts.Feeds.Any(f => f.DueIn() == TimeSpan.Zero && f.Runner.Want() > 0)))
            return null;
        QueueFeed[] feeds = [.. parts.Feeds.Where(f => f.Runner.Want() > 0 && parts.Lanes.Of(f.Runner.Name, isolated: true).Length > 0)];
        if (feeds.Length == 0)
        {
            _isSuspectsHot = false;
            return null;
        }

        // no more than have a place in any of the queues they may come from
        var limit = Math.Min(parts.Suspects.Room, feeds.Min(f => Math.Min(f.Runner.Want(), f.Runner.Concurrency)));
        if (limit <= 0)
            return null;
        _suspectsAt = parts.Time.GetTimestamp();
        _isSuspectsHot = false;
        foreach (var feed in feeds)
            feed.Runner.Ask(limit);
        return new PlannedClaim(null, limit, feeds);
    }

    /// <summary>There may be suspects: look at the next turn.</summary>
    public void HeatSuspects() => _isSuspectsHot = true;

    /// <summary>How long until a queue with room is to be looked at.</summary>
    public TimeSpan DueIn()
    {
        if (parts.Suspects.BlocksClaims)
            return TimeSpan.FromMilliseconds(50);
        if (AreSuspectsDue(looksAnyway: false))
            return TimeSpan.Zero;
        var due = takesSuspects && _isSuspectsHot && parts.Suspects.FreeIn is { } free && free > TimeSpan.Zero && free < Longest ? free : Longest;
        foreach (var feed in parts.Feeds)
            if (feed.Runner.Want() > 0 && feed.DueIn() is var wait && wait < due)
                due = wait;
        return due;
    }

    /// <summary>At once after one was found, else every second in the company of other claims, so that an idle process pays nothing for them.</summary>
    private bool AreSuspectsDue(bool looksAnyway) =>
        takesSuspects && parts.Suspects.Room > 0 && (_isSuspectsHot || (looksAnyway && parts.Time.GetElapsedTime(_suspectsAt) > SuspectsEvery))
        && parts.Feeds.Any(f => f.Runner.Want() > 0);
}
