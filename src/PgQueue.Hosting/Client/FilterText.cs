using System.Globalization;
using PgQueue.Payloads;

namespace PgQueue.Client;

/// <summary>A filter in words, for the record.</summary>
internal static class FilterText
{
    private const int LongestError = 800;

    public static string Of(JobFilter filter) => string.Join(' ', Parts(filter).Where(p => p.Value is not null).Select(p => $"{p.Name}={p.Value}"));

    private static IEnumerable<(string Name, string? Value)> Parts(JobFilter filter) =>
    [
        ("state", filter.State?.ToString()), ("queue", filter.Queue), ("type", filter.Type), ("since", Instant(filter.Since)), ("until", Instant(filter.Until)),
        ("error", filter.Error is { } error ? ErrorText.Clean(error, LongestError) : null),
    ];

    private static string? Instant(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
