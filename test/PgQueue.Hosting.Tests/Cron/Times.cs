using System.Globalization;
using PgQueue.Cron;

namespace PgQueue.Tests.Cron;

/// <summary>Short ways to write instants and schedules in tables.</summary>
internal static class Times
{
    public static readonly DateTime Anchor = Utc("2026-01-01 00:00");

    /// <summary>An instant in UTC, or with a distance as in <c>2026-03-29 03:00 +02:00</c>.</summary>
    public static DateTime Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime;

    public static Recurrence Parse(
        string cron, string zone = "UTC", DaylightGap gap = DaylightGap.RunAfter, DaylightOverlap overlap = DaylightOverlap.Auto, string name = "test") =>
        Recurrence.Parse(cron, name, TimeZones.Find(zone), gap, overlap, Anchor);

    /// <summary>The occurrences after an instant, as the zone's wall clock with its distance from UTC shows them.</summary>
    public static string[] Walk(Recurrence recurrence, string zone, DateTime from, int count)
    {
        var found = TimeZones.Find(zone);
        return [.. After(recurrence, from).Take(count).Select(utc => Local(found, utc))];
    }

    public static IEnumerable<DateTime> After(Recurrence recurrence, DateTime from)
    {
        for (var next = recurrence.Next(from); next is { } utc; next = recurrence.Next(utc))
            yield return utc;
    }

    public static IEnumerable<DateTime> Between(Recurrence recurrence, DateTime from, DateTime to) =>
        After(recurrence, from).TakeWhile(utc => utc <= to);

    private static string Local(TimeZoneInfo zone, DateTime utc)
    {
        var offset = zone.GetUtcOffset(utc);
        return new DateTimeOffset(utc).ToOffset(offset).ToString(utc.Second == 0 ? "MM-dd HH:mm zzz" : "MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
    }
}
