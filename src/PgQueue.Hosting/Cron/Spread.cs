using System.Globalization;
using System.Text;

namespace PgQueue.Cron;

/// <summary>Writes numbers in place of <c>H</c>, so that schedules of one expression do not all run in the same minute.</summary>
internal ref struct Spread(string cron, string name)
{
    private readonly StringBuilder _plain = new(cron.Length + 8);
    private readonly List<int> _origins = [];
    private CronField _field = CronField.Second;
    private int _at;

    /// <summary>The expression with numbers only, and for each of its characters the place that it comes from.</summary>
    /// <param name="cron">Five or six fields.</param>
    /// <param name="name">The schedule's name: the same name gives the same numbers.</param>
    /// <param name="fields">How many fields there are.</param>
    /// <param name="origins">One more than there are characters.</param>
    public static string Resolve(string cron, string name, int fields, out IReadOnlyList<int> origins)
    {
        var spread = new Spread(cron, name);
        origins = spread._origins;
        spread.Run(fields);
        return spread._plain.ToString();
    }

    private void Run(int fields)
    {
        var (field, isItemStart) = (-1, false);
        while (_at < cron.Length)
        {
            var c = cron[_at];
            var isBlank = c is ' ' or '\t';
            if (!isBlank && (_at == 0 || cron[_at - 1] is ' ' or '\t'))
            {
                _field = CronField.At(++field, fields);
                isItemStart = true;
            }

            if (isItemStart && c is 'H' or 'h' && (_at + 1 == cron.Length || !char.IsAsciiLetter(cron[_at + 1])))
                Token((byte)CronField.All.IndexOf(_field));
            else
                Write(c.ToString(), _at++);
            isItemStart = c == ',';
        }

        _origins.Add(cron.Length);
    }

    private void Token(byte salt)
    {
        var start = _at++;
        var (first, last) = (_field.First, _field.SpreadLast);
        if (Accept('('))
        {
            var from = _at;
            first = Number(_field.First, _field.Last);
            Expect('-');
            last = Number(_field.First, _field.Last);
            Expect(')');
            if (last < first)
                throw Fault(from, $"H({first}-{last}) goes backwards; the smaller number comes first");
        }

        var hash = StableHash.Of(name, salt);
        if (Accept('/'))
        {
            var step = Number(1, _field.Last);
            End();
            var begin = first + (int)(hash % (ulong)Math.Min(step, last - first + 1));
            Write(string.Create(CultureInfo.InvariantCulture, $"{begin}-{last}/{step}"), start);
        }
        else
        {
            End();
            Write(((int)(hash % (ulong)(last - first + 1)) + first).ToString(CultureInfo.InvariantCulture), start);
        }
    }

    private readonly void End()
    {
        if (_at < cron.Length && cron[_at] is not (',' or ' ' or '\t'))
            throw Fault(_at, $"'{cron[_at]}' cannot follow");
    }

    private readonly void Write(string text, int origin)
    {
        _plain.Append(text);
        for (var i = 0; i < text.Length; i++)
            _origins.Add(origin);
    }

    private int Number(int least, int most)
    {
        var (start, value) = (_at, 0);
        for (; _at < cron.Length && char.IsAsciiDigit(cron[_at]); _at++)
            value = Math.Min((value * 10) + cron[_at] - '0', most + 1);
        return _at > start && value >= least && value <= most ? value : throw Fault(start, $"H takes a number from {least} to {most} here");
    }

    private bool Accept(char c)
    {
        if (_at == cron.Length || cron[_at] != c)
            return false;
        _at++;
        return true;
    }

    private void Expect(char c)
    {
        if (!Accept(c))
            throw Fault(_at, $"'{c}' is expected");
    }

    private readonly CronFormatException Fault(int at, string reason) =>
        new(cron, _field.Name, at + 1, $"{reason}; the forms are H, H(0-29), H/15 and H(0-29)/10.");
}
