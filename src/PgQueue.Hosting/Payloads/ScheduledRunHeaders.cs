using System.Globalization;

namespace PgQueue.Payloads;

/// <summary>Carries a <see cref="ScheduledRun"/> in a job's headers, so that every attempt, and the record, knows its occurrence.</summary>
internal static class ScheduledRunHeaders
{
    /// <summary>Headers whose names begin with this are the package's own.</summary>
    public const string Prefix = "pgqueue-";

    private const string Name = Prefix + "schedule";
    private const string Occurrence = Prefix + "occurrence";
    private const string Late = Prefix + "late";
    private const string MissedSince = Prefix + "missed-since";
    private const string Triggered = Prefix + "triggered";

    /// <summary>The schedule's own headers with those of the run.</summary>
    public static byte[]? Write(IReadOnlyDictionary<string, string> own, ScheduledRun run)
    {
        var headers = new Dictionary<string, string>(own, StringComparer.Ordinal) { [Name] = run.Schedule, [Occurrence] = Text(run.Occurrence) };
        if (run.IsLate)
            headers[Late] = "true";
        if (run.MissedSince is { } since)
            headers[MissedSince] = Text(since);
        if (run.IsTriggered)
            headers[Triggered] = "true";
        return HeaderCodec.Write(headers);
    }

    /// <summary>The run that the headers tell of; null for a job that no schedule made.</summary>
    public static ScheduledRun? Read(IReadOnlyDictionary<string, string> headers) =>
        headers.Count > 0 && headers.TryGetValue(Name, out var name) && Instant(headers, Occurrence) is { } occurrence
            ? new ScheduledRun(name, occurrence, headers.ContainsKey(Late), Instant(headers, MissedSince), headers.ContainsKey(Triggered))
            : null;

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Instant(IReadOnlyDictionary<string, string> headers, string name) =>
        headers.TryGetValue(name, out var text)
        && DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : null;
}
