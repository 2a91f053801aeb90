namespace PgQueue.Tests.Cron;

/// <summary>A second, slow reading of expressions to check the first against: five fields, each a question to one date.</summary>
internal static class SlowCron
{
    private const string Weekdays = "SUNMONTUEWEDTHUFRISAT";

    public static Func<DateTime, bool> Parse(string cron)
    {
        var fields = cron.Split(' ');
        var (minute, hour, month) = (Values(fields[0], 0, 59), Values(fields[1], 0, 23), Values(fields[3], 1, 12));
        return wall => minute.Contains(wall.Minute) && hour.Contains(wall.Hour) && month.Contains(wall.Month) && IsDay(fields[2], wall) && IsWeekday(fields[4], wall);
    }

    private static bool IsDay(string field, DateTime wall)
    {
        var length = DateTime.DaysInMonth(wall.Year, wall.Month);
        if (!field.Contains('L') && !field.Contains('W'))
            return Values(field, 1, 31).Contains(wall.Day);
        var plain = field.TrimEnd('W');
        var wanted = plain[0] != 'L' ? int.Parse(plain) : length - (plain.Length > 1 ? int.Parse(plain[2..]) : 0);
        if (wanted < 1 || wanted > length)
            return false;
        return wall.Day == (field.EndsWith('W') ? Working(wall, wanted, length) : wanted);
    }

    private static int Working(DateTime wall, int wanted, int length)
    {
        var days = Enumerable.Range(1, length).Where(d => new DateTime(wall.Year, wall.Month, d).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
        return days.OrderBy(d => Math.Abs(d - wanted)).First();
    }

    private static bool IsWeekday(string field, DateTime wall)
    {
        if (field.Contains('#'))
            return Weekday(field.Split('#')[0]) == (int)wall.DayOfWeek && (wall.Day - 1) / 7 == int.Parse(field.Split('#')[1]) - 1;
        if (field.EndsWith('L'))
            return Weekday(field[..^1]) == (int)wall.DayOfWeek && wall.AddDays(7).Month != wall.Month;
        return Values(field, 0, 7).Select(v => v % 7).Contains((int)wall.DayOfWeek);
    }

    private static int Weekday(string text) => int.TryParse(text, out var value) ? value % 7 : Weekdays.IndexOf(text, StringComparison.Ordinal) / 3;

    private static HashSet<int> Values(string field, int first, int last) => [.. field.Split(',').SelectMany(item => Item(item, first, last))];

    private static IEnumerable<int> Item(string item, int first, int last)
    {
        var parts = item.Split('/');
        var step = parts.Length > 1 ? int.Parse(parts[1]) : 1;
        var ends = parts[0] is "*" or "?" ? [first, last] : parts[0].Split('-').Select(int.Parse).ToArray();
        var from = ends[0];
        var to = ends.Length > 1 ? ends[1] : parts.Length > 1 ? last : from;
        var everything = Enumerable.Range(first, last - first + 1).Where(v => !(last == 7 && to < from && v == 7)).ToList();
        if (last == 7 && from == 7 && to < from)
            from = 0;
        var ordered = to >= from ? Enumerable.Range(from, to - from + 1).ToList() : [.. everything.Where(v => v >= from), .. everything.Where(v => v <= to)];
        return ordered.Where((_, i) => i % step == 0);
    }
}
