using System.Globalization;

namespace PgQueue.Health;

/// <summary>Figures as a sentence says them, the same in every culture.</summary>
internal static class Words
{
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => Count(time.TotalMilliseconds, "millisecond"),
        { TotalSeconds: < 120 } => Count(time.TotalSeconds, "second"),
        { TotalMinutes: < 120 } => Count(time.TotalMinutes, "minute"),
        { TotalHours: < 48 } => Count(time.TotalHours, "hour"),
        _ => Count(time.TotalDays, "day"),
    };

    public static string OfSeconds(double seconds) => Of(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));

    public static string Count(double count, string thing)
    {
        var whole = Math.Floor(count).ToString("#,0", CultureInfo.InvariantCulture);
        return string.Equals(whole, "1", StringComparison.Ordinal) ? $"1 {thing}" : $"{whole} {thing}s";
    }

    /// <summary>The first few names in quotes, and how many more there are.</summary>
    public static string List(IReadOnlyList<string> names, int most = 3) =>
        string.Join(", ", names.Take(most).Select(n => $"'{n}'")) + (names.Count > most ? $" and {Count(names.Count - most, "other")}" : "");
}
