using System.Collections.Concurrent;

namespace PgQueue.Diagnostics;

/// <summary>Lets the first names through and puts one word in the place of all others, for names that callers may choose freely.</summary>
internal sealed class KnownNames(int most = 100)
{
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private int _count;

    public string Of(string name)
    {
        if (_known.ContainsKey(name))
            return name;
        if (Volatile.Read(ref _count) >= most)
            return TelemetryTags.Other;
        if (_known.TryAdd(name, true))
            Interlocked.Increment(ref _count);
        return name;
    }
}
