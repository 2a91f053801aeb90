using PgQueue.Storage;

namespace PgQueue.Scheduling;

/// <summary>The schedules as this process knows them. Belongs to one loop.</summary>
internal sealed class ScheduleBook
{
    private readonly Dictionary<string, ScheduleEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The number of the last change that is known; -1 before the first reading.</summary>
    public long Version { get; private set; } = -1;

    public IEnumerable<ScheduleEntry> All => _entries.Values;

    public ScheduleEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <param name="rows">What the database said.</param>
    /// <param name="isAll">Whether all were asked for, so that what is not there is gone.</param>
    /// <returns>Whether a schedule may be gone: only a reading of all shows that.</returns>
    public bool Load(ScheduleRows rows, bool isAll)
    {
        if (isAll)
            _entries.Clear();
        foreach (var row in rows.Rows)
            _entries[row.Name] = new ScheduleEntry(row);
        var isSomethingGone = !isAll && rows.Version != Version && rows.Rows.All(r => r.Revision < rows.Version);
        Version = rows.Version;
        return isSomethingGone;
    }

    /// <summary>Takes over what the database said of fired schedules. One that it did not name is gone.</summary>
    /// <returns>Whether any was changed or removed by somebody else.</returns>
    public bool Apply(IEnumerable<string> asked, IReadOnlyList<FireReply> replies)
    {
        var isOld = false;
        foreach (var name in asked)
        {
            if (replies.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.Ordinal)) is not { } reply)
            {
                isOld |= _entries.Remove(name);
            }
            else if (Find(name) is { } entry)
            {
                entry.Apply(reply);
                isOld |= entry.IsOld;
            }
        }

        return isOld;
    }
}
