using System.Globalization;

namespace PgQueue.Cli.Output;

/// <summary>Instants, durations and names as people read them.</summary>
internal static class Words
{
    public static string Instant(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string? Instant(DateTimeOffset? value) => value is { } instant ? Instant(instant) : null;

    public static string Duration(TimeSpan value) => value switch
    {
        _ when value < TimeSpan.Zero => $"-{Duration(value.Negate())}",
        _ when value < TimeSpan.FromSeconds(1) => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0} ms"),
        _ when value < TimeSpan.FromMinutes(1) => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0} s"),
        _ when value < TimeSpan.FromHours(1) => string.Create(CultureInfo.InvariantCulture, $"{value.Minutes} min {value.Seconds} s"),
        _ when value < TimeSpan.FromDays(1) => string.Create(CultureInfo.InvariantCulture, $"{value.Hours} h {value.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalDays} d {value.Hours} h"),
    };

    public static string? Duration(TimeSpan? value) => value is { } duration ? Duration(duration) : null;

    /// <summary>As options and documents write it: <c>killedByCrash</c>.</summary>
    public static string Name<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Jobs(long count) => count == 1 ? "1 job" : $"{Number(count)} jobs";
}
