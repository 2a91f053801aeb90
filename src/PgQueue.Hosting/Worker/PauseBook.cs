using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>
/// What is paused, as last read. The database gives out nothing that is paused; this is for what was claimed before. A job that was claimed after the
/// list was asked for is not held by it: the claim knew better, and the next list will tell.
/// </summary>
internal sealed class PauseBook(LaneCatalog lanes)
{
    private volatile Snapshot _known = new([], 0);

    /// <returns>Whether anything is paused or was before.</returns>
    public bool Read(string[] pauses, long askedAt)
    {
        var matters = pauses.Length > 0 || _known.Pauses.Length > 0;
        if (matters)
            _known = new Snapshot(pauses, askedAt);
        return matters;
    }

    public bool HoldsQueue(string queue) => Array.Exists(_known.Pauses, p => p[0] == 'q' && p.AsSpan(1).SequenceEqual(queue));

    /// <summary>Whether a job that was claimed and has not started must not start.</summary>
    public bool Holds(WorkItem item)
    {
        var known = _known;
        if (known.Pauses.Length == 0 || item.ClaimedAt >= known.AskedAt)
            return false;
        var queue = lanes.Find(item.Job.Lane)?.Queue;
        return Array.Exists(known.Pauses, p => p[0] == 'q' ? p.AsSpan(1).SequenceEqual(queue) : Covers(p.AsSpan(1), item.Job.Type));
    }

    private static bool Covers(ReadOnlySpan<char> name, ReadOnlySpan<char> type) =>
        name is [.. var prefix, '*'] ? type.StartsWith(prefix, StringComparison.Ordinal) : type.SequenceEqual(name);

    private sealed record Snapshot(string[] Pauses, long AskedAt);
}
