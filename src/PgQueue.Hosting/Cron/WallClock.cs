using System.Numerics;

namespace PgQueue.Cron;

/// <summary>The times of a plain cron expression on a clock on the wall that knows no zone.</summary>
/// <remarks>The seam: built with <c>-p:UseCronos=true</c>, <c>WallClock.Cronos.cs</c> takes this file's place.</remarks>
internal sealed class WallClock
{
    /// <summary>After so many years the calendar repeats, days of the week included.</summary>
    private const int CalendarCycle = 400;

    private const long SecondsPerDay = 24 * 60 * 60;

    private readonly ulong _seconds;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _months;
    private readonly MonthDays _monthDays;
    private readonly WeekDays _weekDays;

    private WallClock(string plain, bool hasSeconds)
    {
        var reader = new FieldReader(plain);
        _seconds = hasSeconds ? reader.Values(CronField.Second) : 1;
        _minutes = reader.Values(CronField.Minute);
        _hours = reader.Values(CronField.Hour);
        _monthDays = reader.DaysOfMonth();
        _months = reader.Values(CronField.Month);
        _weekDays = reader.DaysOfWeek();
    }

    /// <summary>Reads five fields, or six with seconds.</summary>
    /// <exception cref="CronFormatException">A field is malformed.</exception>
    public static WallClock Parse(string plain, bool hasSeconds) => new(plain, hasSeconds);

    /// <summary>The first time at or after the given one, or null if there is none before the year 10000.</summary>
    public DateTime? Next(DateTime from)
    {
        var second = (from.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        if (second > DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond)
            return null;
        var start = new DateTime(second * TimeSpan.TicksPerSecond);
        start.Deconstruct(out int year, out int month, out int day);
        if ((_months >> month & 1) != 0)
        {
            var days = DaysOf(year, month) >> day;
            if ((days & 1) != 0 && TimeFrom((int)(second % SecondsPerDay)) is var found and >= 0)
                return new DateTime((second - (second % SecondsPerDay) + found) * TimeSpan.TicksPerSecond);
            days >>= 1;
            if (days != 0)
                return At(year, month, day + 1 + BitOperations.TrailingZeroCount(days));
        }

        return LaterMonth(year, month);
    }

    private DateTime? LaterMonth(int year, int month)
    {
        for (var last = Math.Min(year + CalendarCycle, DateTime.MaxValue.Year); ;)
        {
            var later = _months >> month >> 1;
            if (later != 0)
            {
                month += 1 + BitOperations.TrailingZeroCount(later);
            }
            else
            {
                if (++year > last)
                    return null;
                month = BitOperations.TrailingZeroCount(_months);
            }

            var days = DaysOf(year, month);
            if (days != 0)
                return At(year, month, BitOperations.TrailingZeroCount(days));
        }
    }

    private uint DaysOf(int year, int month)
    {
        var length = DateTime.DaysInMonth(year, month);
        var firstWeekday = (int)new DateTime(year, month, 1).DayOfWeek;
        return _monthDays.In(length, firstWeekday) & _weekDays.In(length, firstWeekday);
    }

    private DateTime At(int year, int month, int day) => new(year, month, day, First(_hours), First(_minutes), First(_seconds));

    /// <summary>The first second of the day at or after the given time, or -1 if it is over.</summary>
    private int TimeFrom(int time)
    {
        var (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        if ((_hours >> hour & 1) != 0)
        {
            if ((_minutes >> minute & 1) != 0 && _seconds >> second is not 0 and var seconds)
                return Seconds(hour, minute, second + First(seconds));
            if (_minutes >> minute >> 1 is not 0 and var minutes)
                return Seconds(hour, minute + 1 + First(minutes), First(_seconds));
        }

        return _hours >> hour >> 1 is not 0 and var hours ? Seconds(hour + 1 + First(hours), First(_minutes), First(_seconds)) : -1;
    }

    private static int Seconds(int hour, int minute, int second) => (((hour * 60) + minute) * 60) + second;

    private static int First(ulong bits) => BitOperations.TrailingZeroCount(bits);
}
