using System.Globalization;
using System.Text;

namespace PgQueue.Configuration;

/// <summary>The text of settings, read and written the same way in every culture.</summary>
internal static class SettingText
{
    private const int MaxShown = 80;
    private const string InfiniteText = "Infinite";

    public static string? Any(string text, out string value)
    {
        value = text;
        return null;
    }

    public static string? Whole(string text, out int value) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) ? null : "a whole number";

    public static string? Duration(string text, out TimeSpan value)
    {
        if (string.Equals(text, InfiniteText, StringComparison.OrdinalIgnoreCase))
        {
            value = Timeout.InfiniteTimeSpan;
            return null;
        }

        // TimeSpan reads "30" as 30 days, which nobody means
        if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value))
            return null;
        value = default;
        return "a duration, as 00:00:30 for 30 seconds or 14.00:00:00 for 14 days";
    }

    public static string? Choice<TEnum>(string text, out TEnum value)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        var index = Array.FindIndex(names, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        value = index < 0 ? default : Enum.Parse<TEnum>(names[index]);
        return index >= 0 ? null : $"one of {string.Join(", ", names)}";
    }

    public static string? Truth(string text, out bool value) => bool.TryParse(text, out value) ? null : "true or false";

    public static string? Missed(string text, out MissedRuns value) =>
        MissedRuns.TryParse(text, out value) ? null : "FireOnce, Skip, or FireAll(max, window) as FireAll(100, 1.00:00:00), with 1 to 1000 and 1 second to 366 days";

    public static string Show(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Show(TimeSpan value)
    {
        if (value == Timeout.InfiniteTimeSpan)
            return InfiniteText;
        var text = value.ToString("c", CultureInfo.InvariantCulture);
        return value.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }

    /// <summary>A text in quotes, short and without characters that could forge a log line.</summary>
    public static string Show(string value)
    {
        var result = new StringBuilder("\"");
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, MaxShown)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                result.Append(c);
        }

        return result.Append(value.Length > MaxShown ? "..." : "").Append('"').ToString();
    }
}
