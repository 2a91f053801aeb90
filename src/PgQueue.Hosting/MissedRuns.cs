using System.Globalization;

namespace PgQueue;

/// <summary>
/// What a schedule does about occurrences that no process was up to run. An occurrence counts as missed when it is more than a minute late;
/// until then it simply runs late. Pausing a schedule misses nothing: what falls into a pause does not run.
/// </summary>
public sealed record MissedRuns
{
    /// <summary>The most occurrences that <see cref="FireAll"/> may run.</summary>
    public const int MostRuns = 1000;

    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(366);

    private MissedRuns(string name, int max, TimeSpan window)
    {
        Name = name;
        Max = max;
        Window = window;
    }

    /// <summary>One run for all of them, at the latest one's time. Its <see cref="ScheduledRun.MissedSince"/> says from when on. The default.</summary>
    public static MissedRuns FireOnce { get; } = new(nameof(FireOnce), 1, default);

    /// <summary>None of them. The latest still runs if it is not more than a minute late.</summary>
    public static MissedRuns Skip { get; } = new(nameof(Skip), 0, default);

    internal string Name { get; }

    internal int Max { get; }

    internal TimeSpan Window { get; }

    /// <summary>Each of them as a job of its own, the latest <paramref name="max"/> at most, and none older than <paramref name="window"/>.</summary>
    /// <param name="max">1 to 1,000.</param>
    /// <param name="window">One second to 366 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static MissedRuns FireAll(int max, TimeSpan window)
    {
        if (max is < 1 or > MostRuns)
            throw new ArgumentOutOfRangeException(nameof(max), max, "Allowed are 1 to 1000.");
        if (window < TimeSpan.FromSeconds(1) || window > LongestWindow)
            throw new ArgumentOutOfRangeException(nameof(window), window, "Allowed are 1 second to 366 days.");
        return new MissedRuns(nameof(FireAll), max, window);
    }

    /// <summary>Reads <c>FireOnce</c>, <c>Skip</c> or <c>FireAll(100, 1.00:00:00)</c>, as settings have it.</summary>
    /// <returns>Whether the text is one of these and within the ranges.</returns>
    public static bool TryParse(string? text, out MissedRuns value)
    {
        value = FireOnce;
        text = text?.Trim() ?? "";
        if (string.Equals(text, nameof(FireOnce), StringComparison.OrdinalIgnoreCase))
            return true;
        if (string.Equals(text, nameof(Skip), StringComparison.OrdinalIgnoreCase))
        {
            value = Skip;
            return true;
        }

        const string Start = nameof(FireAll) + "(";
        if (!text.StartsWith(Start, StringComparison.OrdinalIgnoreCase) || !text.EndsWith(')') || text[Start.Length..^1].Split(',') is not [var count, var span])
            return false;
        // TimeSpan reads "30" as 30 days, which nobody means
        if (!int.TryParse(count, NumberStyles.Integer, CultureInfo.InvariantCulture, out var max) || max is < 1 or > MostRuns
            || int.TryParse(span, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            || !TimeSpan.TryParse(span, CultureInfo.InvariantCulture, out var window) || window < TimeSpan.FromSeconds(1) || window > LongestWindow)
            return false;
        value = FireAll(max, window);
        return true;
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Window == default ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}({Max}, {Window:c})");
}
