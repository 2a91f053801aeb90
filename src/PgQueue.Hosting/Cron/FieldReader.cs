namespace PgQueue.Cron;

/// <summary>Reads the fields of an expression one after the other into bits, one bit a value.</summary>
internal ref struct FieldReader(string text)
{
    private const int LongestNumber = 2;
    private const int WeeksOfMonth = 5;

    private CronField _field = CronField.Second;
    private int _at;

    /// <summary>A field of values, ranges, steps and lists.</summary>
    public ulong Values(CronField field)
    {
        Enter(field);
        var bits = IsStar() ? Star() : List(Value());
        Leave();
        return bits;
    }

    /// <summary>The day-of-month field, which also knows <c>L</c>, <c>L-3</c>, <c>LW</c> and <c>15W</c>.</summary>
    public MonthDays DaysOfMonth()
    {
        Enter(CronField.DayOfMonth);
        MonthDays days;
        if (IsStar())
        {
            days = new MonthDays(Star());
        }
        else if (Accept('L'))
        {
            var back = Accept('-') ? Number(0, CronField.DayOfMonth.Last - 1, "a number of days before the last") : 0;
            days = new MonthDays(0, FromLast: back, NearestWeekday: Accept('W'));
        }
        else
        {
            var value = Value();
            days = Accept('W') ? new MonthDays(1UL << value, NearestWeekday: true) : new MonthDays(List(value));
        }

        Leave();
        return days;
    }

    /// <summary>The day-of-week field, which also knows <c>5L</c> and <c>MON#2</c>.</summary>
    public WeekDays DaysOfWeek()
    {
        Enter(CronField.DayOfWeek);
        WeekDays days;
        if (IsStar())
        {
            days = new WeekDays(Star());
        }
        else
        {
            var value = Value();
            if (Accept('L'))
                days = new WeekDays(1UL << value, WeekDays.LastWeek);
            else if (Accept('#'))
                days = new WeekDays(1UL << value, Number(1, WeeksOfMonth, "the week of a month"));
            else
                days = new WeekDays(List(value));
        }

        Leave();
        return days;
    }

    private void Enter(CronField field)
    {
        while (_at < text.Length && IsBlank(text[_at]))
            _at++;
        _field = field;
    }

    private readonly void Leave()
    {
        if (_at == text.Length || IsBlank(text[_at]))
            return;
        var c = text[_at];
        throw Fault(_at, char.ToUpperInvariant(c) switch
        {
            'L' when _field.IsDay => "L stands alone, after a number of days L-3, or after one day of the week 5L; not in a list, range or step",
            'W' when _field == CronField.DayOfMonth => "W stands after one day 15W or after L; not in a list, range or step",
            '#' when _field == CronField.DayOfWeek => "# stands after one day of the week MON#2; not in a list, range or step",
            'L' or 'W' or '#' => $"{Quoted(c)} is not allowed in the {_field.Name} field",
            ',' => "a list cannot follow; * and the forms with L, W and # stand alone in their field",
            _ => $"{Quoted(c)} cannot follow; a field is *, a value, a range 1-5, a step */10 or 1-5/2, or a list of these with commas",
        });
    }

    private bool IsStar()
    {
        if (Accept('*'))
            return true;
        if (_at < text.Length && text[_at] == '?' && !_field.IsDay)
            throw Fault(_at, "'?' is allowed only in the day of month and day of week fields; write *");
        return Accept('?');
    }

    private ulong Star() => Walk(_field.First, _field.Last, Accept('/') ? Step() : 1);

    private ulong List(int first)
    {
        var bits = Item(first);
        while (Accept(','))
            bits |= Item(Value());
        return bits;
    }

    private ulong Item(int first)
    {
        if (Accept('-'))
        {
            var last = Value();
            return Walk(first, last, Accept('/') ? Step() : 1);
        }

        return Accept('/') ? Walk(first, _field.Last, Step()) : 1UL << first;
    }

    /// <summary>Every so manieth value from one to another, past the end of the field and on from its beginning if the other is less.</summary>
    private readonly ulong Walk(int first, int last, int step)
    {
        if (_field == CronField.DayOfWeek && first == _field.Last && last < first)
            first = _field.First;
        var bits = 0UL;
        var length = last >= first ? last - first : last - first + _field.Count;
        for (var i = 0; i <= length; i += step)
            bits |= 1UL << (last >= first ? first + i : _field.First + ((first - _field.First + i) % _field.Count));
        return bits;
    }

    private int Step() => Number(1, _field.Last, "a step");

    private int Value()
    {
        if (_at < text.Length && char.IsAsciiLetter(text[_at]) && _field.Names.Length > 0)
            return Name();
        return Number(_field.First, _field.Last, null);
    }

    private int Name()
    {
        var start = _at;
        var length = Math.Min(3, text.Length - start);
        var value = _field.Named(text.AsSpan(start, length));
        if (value < 0)
            throw Fault(start, $"{Quoted(text[start])} begins no name of the {_field.Name} field; expected is {_field.Allowed}");
        _at += length;
        return value;
    }

    private int Number(int least, int most, string? what)
    {
        var expected = what is null ? _field.Allowed : $"{what} from {least} to {most}";
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            _at++;
        if (_at == start)
            throw Fault(Math.Min(start, text.Length), IsEnd(start) ? $"the field ends where {expected} is expected" : $"{Quoted(text[start])} stands where {expected} is expected");
        var value = 0;
        foreach (var digit in text.AsSpan(start, Math.Min(_at - start, LongestNumber + 1)))
            value = (value * 10) + (digit - '0');
        if (_at - start > LongestNumber)
            throw Fault(start, $"the number is too long; expected is {expected}");
        if (value < least || value > most)
            throw Fault(start, $"{value} is out of range; expected is {expected}");
        return value;
    }

    private bool Accept(char c)
    {
        if (_at == text.Length || char.ToUpperInvariant(text[_at]) != c)
            return false;
        _at++;
        return true;
    }

    private readonly bool IsEnd(int at) => at >= text.Length || IsBlank(text[at]);

    private readonly CronFormatException Fault(int at, string reason) => new(text, _field.Name, at + 1, reason + ".");

    private static bool IsBlank(char c) => c is ' ' or '\t';

    private static string Quoted(char c) => $"'{c}'";
}
