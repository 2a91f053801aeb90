using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Storage;

namespace PgQueue.Scheduling;

/// <summary>
/// Brings the definitions of this process's code and configuration into the database. A definition nobody has seen is newer and takes over. One that was replaced
/// before is older, or rolled back to: it takes over once no other live process brings the present one.
/// </summary>
internal sealed class DefinitionSync(IReadOnlyList<ScheduleDefinition> definitions, ScheduleChanges changes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TakeBackAfter = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, (ScheduleDefinition Definition, long Digest)> _ours =
        definitions.ToDictionary(d => d.Name, d => (d, d.Digest()), StringComparer.Ordinal);

    private readonly Dictionary<string, long> _unbackedSince = new(StringComparer.Ordinal);
    private readonly HashSet<(string, string)> _said = [];

    public long[] Digests { get; } = [.. definitions.Select(d => d.Digest())];

    /// <summary>Whether a definition of ours waits for other processes to end: the rows must be looked at again.</summary>
    public bool IsWaiting { get; private set; }

    public bool Defines(string schedule) => _ours.ContainsKey(schedule);

    /// <returns>Whether anything was written, so that the book is old.</returns>
    public async Task<bool> ReconcileAsync(ScheduleBook book, DateTime now, CancellationToken cancellationToken)
    {
        var wrote = false;
        IsWaiting = false;
        foreach (var (definition, digest) in _ours.Values)
        {
            var entry = book.Find(definition.Name);
            if (!IsOurTurn(definition.Name, digest, entry))
                continue;
            var (anchor, next, keepsNext) = ScheduleTiming.For(definition, entry is null ? null : entry.Timing with { NextAt = entry.NextAt }, now);
            wrote = true;
            if (await changes.DefineAsync(definition, ScheduleSource.Code, entry?.Revision ?? 0, anchor, next, entry?.NextAt, keepsNext, actor: null, cancellationToken).ConfigureAwait(false))
                logger.ScheduleDefined(definition.Name, definition.Cron, definition.TimeZone, next);
        }

        return wrote;
    }

    private bool IsOurTurn(string name, long digest, ScheduleEntry? entry)
    {
        if (entry is null)
            return true;
        if (entry.Digest == digest && entry.Owner == ScheduleSource.Code)
        {
            _unbackedSince.Remove(name);
            return false;
        }

        if (entry.Owner == ScheduleSource.Client)
        {
            if (_said.Add((name, nameof(ScheduleSource.Client))))
                logger.ScheduleTakenOver(name);
            return false;
        }

        if (!entry.Replaced.Contains(digest))
            return true;
        IsWaiting = true;
        if (entry.IsBacked)
        {
            _unbackedSince.Remove(name);
            if (_said.Add((name, nameof(entry.Replaced))))
                logger.ScheduleIsNewer(name);
            return false;
        }

        return time.GetElapsedTime(_unbackedSince.TryGetValue(name, out var since) ? since : _unbackedSince[name] = time.GetTimestamp()) >= TakeBackAfter;
    }
}
