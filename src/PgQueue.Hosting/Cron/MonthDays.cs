using System.Numerics;

namespace PgQueue.Cron;

/// <summary>Which days of a month the day-of-month field allows.</summary>
/// <param name="Bits">Bit 1 for the 1st; not used if the day counts from the last.</param>
/// <param name="FromLast">How many days before the last of the month, or -1 if the day does not count from the last.</param>
/// <param name="NearestWeekday">Whether a Saturday or Sunday moves to the nearest Monday to Friday of the same month.</param>
internal readonly record struct MonthDays(ulong Bits, int FromLast = -1, bool NearestWeekday = false)
{
    /// <summary>The days of a month, bit 1 for the 1st.</summary>
    /// <param name="length">How many days the month has.</param>
    /// <param name="firstWeekday">The day of the week of its 1st, 0 for Sunday.</param>
    public uint In(int length, int firstWeekday)
    {
        var all = (uint)((2UL << length) - 2);
        if (FromLast < 0 && !NearestWeekday)
            return (uint)Bits & all;
        var day = FromLast >= 0 ? length - FromLast : BitOperations.TrailingZeroCount(Bits);
        if (day < 1 || day > length)
            return 0;
        return 1U << (NearestWeekday ? Nearest(day, length, (firstWeekday + day - 1) % 7) : day);
    }

    private static int Nearest(int day, int length, int weekday) => (DayOfWeek)weekday switch
    {
        DayOfWeek.Saturday => day == 1 ? day + 2 : day - 1,
        DayOfWeek.Sunday => day == length ? day - 2 : day + 1,
        _ => day,
    };
}
