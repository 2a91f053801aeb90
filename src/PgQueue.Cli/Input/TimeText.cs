using System.Globalization;

namespace PgQueue.Cli.Input;

/// <summary>
/// Reads instants and durations. A duration is a number and a unit, or several of them: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d12h</c>, <c>2w</c>. An instant is
/// <c>now</c>, <c>today</c> or <c>yesterday</c> (midnight UTC), a date (midnight UTC), or a date and time with its zone: <c>2026-11-22T10:00Z</c>.
/// </summary>
internal static class TimeText
{
    public const string DurationRule = "a duration, such as 90s, 15m, 2h, 7d or 1d12h";
    public const string InstantRule = "now, today, yesterday, a date such as 2026-11-22, or a date and time with its zone such as 2026-11-22T10:00Z or 2026-11-22T10:00+01:00";
    public const string PastRule = "a time before now such as 90s, 15m, 2h or 7d, " + InstantRule;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    public static TimeSpan? Duration(string text)
    {
        var sum = TimeSpan.Zero;
        for (var at = 0; at < text.Length;)
        {
            var digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            if (at == digits || at == text.Length || Unit(text[at]) is not { } unit
                || !long.TryParse(text.AsSpan(digits, at - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > Longest / unit)
                return null;
            sum += unit * number;
            at++;
        }

        return text.Length == 0 || sum > Longest ? null : sum;
    }

    public static DateTimeOffset? Instant(string text, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        if (text is "now")
            return now;
        if (text is "today")
            return today;
        if (text is "yesterday")
            return today.AddDays(-1);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        // without a zone nobody knows whose clock is meant
        return HasZone(text) && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) ? instant.ToUniversalTime() : null;
    }

    /// <summary>An instant, or how long ago it was.</summary>
    public static DateTimeOffset? Past(string text, DateTimeOffset now) => Duration(text) is { } ago ? now - ago : Instant(text, now);

    private static bool HasZone(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        'w' => TimeSpan.FromDays(7),
        _ => null,
    };
}
