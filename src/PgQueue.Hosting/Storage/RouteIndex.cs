namespace PgQueue.Storage;

/// <summary>The routes of a flush's jobs as settle_jobs takes them: the distinct names, and for each job the number of its name.</summary>
internal sealed class RouteIndex(int jobs)
{
    private readonly List<string> _names = [];
    private Dictionary<string, short>? _numbers;
    private short[]? _ofJobs;
    private string? _last;
    private short _lastNumber;

    public string[] Names => [.. _names];

    /// <summary>From 1, 0 for none; null if every job has the first.</summary>
    public short[]? Numbers => _ofJobs;

    /// <param name="job">Each in turn, from 0.</param>
    /// <param name="route">Its route, or null.</param>
    public void Add(int job, string? route)
    {
        var number = NumberOf(route);
        if (_ofJobs is null && number != 1)
            (_ofJobs = new short[jobs]).AsSpan(0, job).Fill(1);
        if (_ofJobs is not null)
            _ofJobs[job] = number;
    }

    private short NumberOf(string? route)
    {
        if (route is null)
            return 0;
        // the names are interned, and most flushes have one
        if (ReferenceEquals(route, _last))
            return _lastNumber;
        _numbers ??= new(StringComparer.Ordinal);
        if (!_numbers.TryGetValue(route, out var number))
        {
            _names.Add(route);
            _numbers[route] = number = (short)_names.Count;
        }

        (_last, _lastNumber) = (route, number);
        return number;
    }
}
