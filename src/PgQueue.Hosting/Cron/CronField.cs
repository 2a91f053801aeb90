using System.Collections.Immutable;

namespace PgQueue.Cron;

/// <summary>One field of a cron expression: its name in messages, its values and what they may be called.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="First">Its smallest value.</param>
/// <param name="Last">Its largest value, and its largest step.</param>
/// <param name="Count">How many different values it has: 7 for days of the week, where 0 and 7 are one.</param>
/// <param name="SpreadLast">The largest value that <c>H</c> takes of its own accord.</param>
/// <param name="Names">Three letters a value, from the first.</param>
internal sealed record CronField(string Name, int First, int Last, int Count, int SpreadLast, string Names = "")
{
    private const int NameLength = 3;

    public static readonly CronField Second = new("second", 0, 59, 60, 59);
    public static readonly CronField Minute = new("minute", 0, 59, 60, 59);
    public static readonly CronField Hour = new("hour", 0, 23, 24, 23);

    // every month has a 28th, so a spread day occurs in all of them
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, 31, 28);
    public static readonly CronField Month = new("month", 1, 12, 12, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC");
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, 7, 6, "SUNMONTUEWEDTHUFRISAT");

    /// <summary>All of them, in the order of six fields.</summary>
    public static readonly ImmutableArray<CronField> All = [Second, Minute, Hour, DayOfMonth, Month, DayOfWeek];

    /// <summary>What a value may be, for messages.</summary>
    public string Allowed => Names.Length == 0 ? $"a number from {First} to {Last}" : $"a number from {First} to {Last} or a name {Names[..NameLength]} to {Names[^NameLength..]}";

    /// <summary>Whether it is one of the two day fields.</summary>
    public bool IsDay => this == DayOfMonth || this == DayOfWeek;

    /// <summary>The field at a place among five or six.</summary>
    public static CronField At(int index, int count) => All[index + All.Length - count];

    /// <summary>The value of a name of three letters, whatever their case, or -1.</summary>
    public int Named(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Names.Length; i += NameLength)
            if (name.Equals(Names.AsSpan(i, NameLength), StringComparison.OrdinalIgnoreCase))
                return First + (i / NameLength);
        return -1;
    }
}
