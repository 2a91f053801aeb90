using PgQueue.Configuration;

namespace PgQueue.Cron;

/// <summary>Finds time zones by their IANA or Windows ids.</summary>
internal static class TimeZones
{
    private const int LongestId = 64;
    private const int FewestWithData = 2;

    /// <summary>The zone of an id such as <c>Europe/Dublin</c>, <c>UTC</c>, or <c>GMT Standard Time</c>, on any system.</summary>
    /// <exception cref="TimeZoneException">This machine knows no such zone.</exception>
    public static TimeZoneInfo Find(string id)
    {
        if (string.Equals(id, TimeZoneInfo.Utc.Id, StringComparison.OrdinalIgnoreCase))
            return TimeZoneInfo.Utc;
        if (IsPlausible(id))
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(Iana(id), out var zone))
                return zone;
            // files have names in one case only, people write them in any
            foreach (var known in TimeZoneInfo.GetSystemTimeZones())
                if (string.Equals(known.Id, id, StringComparison.OrdinalIgnoreCase))
                    return known;
        }

        throw Unknown(id, [.. TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id)]);
    }

    /// <summary>The id that means the same zone on every machine: the IANA id if there is one.</summary>
    /// <exception cref="TimeZoneException">This machine knows no such zone.</exception>
    public static string CanonicalId(string id)
    {
        var zone = Find(id);
        return zone.HasIanaId ? zone.Id : Iana(zone.Id);
    }

    /// <summary>The error for an id that is not among the known ones.</summary>
    public static TimeZoneException Unknown(string id, IReadOnlyCollection<string> known)
    {
        var shown = IsPlausible(id) ? $"'{id}'" : $"{SettingText.Show(Cut(id))} (empty, too long, or with characters that no id has)";
        if (known.Count < FewestWithData)
            return new TimeZoneException(Cut(id), $"The time zone {shown} cannot be looked up: this machine has no time zone data. Install the package tzdata "
                + "(Debian, Ubuntu: apt-get install tzdata; Alpine: apk add tzdata), or use a container image that has it (of the chiseled ones, those named -extra).");
        var near = IsPlausible(id) ? Suggestion.Nearest(id, known) ?? Suggestion.Nearest(id, known, City) : null;
        return new TimeZoneException(Cut(id), $"There is no time zone {shown} on this machine.{(near is null ? "" : $" Did you mean '{near}'?")} "
            + "An id is an IANA name such as Europe/Dublin, or UTC"
            + (KnowsWindowsIds ? ", or a Windows name such as GMT Standard Time." : ". Windows names are not known here: the application runs with invariant globalization."));
    }

    /// <summary>Windows names are translated by ICU, which an application with invariant globalization does without.</summary>
    private static bool KnowsWindowsIds => TimeZoneInfo.TryConvertWindowsIdToIanaId("GMT Standard Time", out _);

    private static string Iana(string id) => TimeZoneInfo.TryConvertWindowsIdToIanaId(id, out var iana) ? iana : id;

    private static string City(string id) => id[(id.LastIndexOf('/') + 1)..];

    private static string Cut(string id) => id.Length <= LongestId ? id : id[..LongestId];

    private static bool IsPlausible(string id) =>
        id.Length is > 0 and <= LongestId
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-' or '.' or '(' or ')' or ' ')
        && !id.Contains("..", StringComparison.Ordinal) && !id.StartsWith('/');
}
