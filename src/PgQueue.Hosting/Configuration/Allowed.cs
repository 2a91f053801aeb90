namespace PgQueue.Configuration;

/// <summary>The rules that every option class shares: what is outside its range is one error with path, value and range.</summary>
internal static class Allowed
{
    /// <summary>Ten years, leap days included.</summary>
    public static readonly TimeSpan TenYears = TimeSpan.FromDays(3660);

    public static IEnumerable<string> Range(string path, int value, int min, int max)
    {
        if (value < min || value > max)
            yield return $"{path} ({SettingText.Show(value)}) must be from {SettingText.Show(min)} to {SettingText.Show(max)}.";
    }

    public static IEnumerable<string> Range(string path, TimeSpan value, TimeSpan min, TimeSpan max, bool orInfinite = false)
    {
        if ((value < min || value > max) && !(orInfinite && value == Timeout.InfiniteTimeSpan))
            yield return $"{path} ({SettingText.Show(value)}) must be from {SettingText.Show(min)} to {SettingText.Show(max)}{(orInfinite ? ", or Infinite" : "")}.";
    }

    /// <summary>How long one attempt may run, wherever it is said.</summary>
    public static IEnumerable<string> AttemptTimeout(string path, TimeSpan? value) =>
        value is { } timeout ? Range(path, timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(20), orInfinite: true) : [];

    public static IEnumerable<string> NotAbove(string path, TimeSpan value, string limitPath, TimeSpan limit)
    {
        if (value > limit)
            yield return $"{path} ({SettingText.Show(value)}) must not be above {limitPath} ({SettingText.Show(limit)}).";
    }

    public static IEnumerable<string> Choice<TEnum>(string path, TEnum value)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
            yield return $"{path} ({value:D}) must be one of {string.Join(", ", Enum.GetNames<TEnum>())}.";
    }

    /// <summary>The errors of a group of options, or the one error that code has set the group to null.</summary>
    public static IEnumerable<string> Group<TGroup>(string path, TGroup? value, Func<TGroup, string, IEnumerable<string>> check)
        where TGroup : class => value is null ? [$"{path} must not be null."] : check(value, path);
}
