using System.Globalization;

namespace PgQueue.Cli.Input;

/// <summary>Reads how many jobs a second: <c>100/s</c>, <c>30/m</c>, <c>500/h</c>, or <c>100</c>, which is a second's.</summary>
internal static class RateText
{
    public const string Rule = "a number and a unit, such as 100/s, 30/m or 500/h; not below 0.36/h";

    public static double? PerSecond(string text)
    {
        var (number, seconds) = text switch
        {
            [.. var n, '/', 's'] => (n, 1),
            [.. var n, '/', 'm'] => (n, 60),
            [.. var n, '/', 'h'] => (n, 3600),
            _ => (text, 1),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value / seconds >= 0.0001 && double.IsFinite(value)
            ? value / seconds
            : null;
    }
}
