using System.Text;

namespace PgQueue.Tests.House;

/// <summary>Tells code from comments and strings, so that a rule about code is not tripped by prose.</summary>
internal sealed class CSharpText
{
    private readonly string _source;
    private readonly StringBuilder _code;
    private readonly StringBuilder _withoutComments;
    private int _at;

    private CSharpText(string source)
    {
        _source = source;
        _code = new StringBuilder(source);
        _withoutComments = new StringBuilder(source);
    }

    public string Code => _code.ToString();

    public string WithoutComments => _withoutComments.ToString();

    public static CSharpText Parse(string source)
    {
        var text = new CSharpText(source);
        text.ReadCode(insideHole: false);
        return text;
    }

    private bool Here(string expected) => string.CompareOrdinal(_source, _at, expected, 0, expected.Length) == 0;

    private int Run(char c, int from)
    {
        var to = from;
        while (to < _source.Length && _source[to] == c)
            to++;
        return to - from;
    }

    private void ReadCode(bool insideHole)
    {
        for (var depth = 0; _at < _source.Length;)
        {
            var c = _source[_at];
            if (insideHole && c == '}' && depth-- == 0)
                return;
            if (c == '{')
                depth++;
            if (Here("//"))
                BlankComment("\n", keepEnd: true);
            else if (Here("/*"))
                BlankComment("*/", keepEnd: false);
            else if (c == '\'')
                ReadCharacter();
            else if (c is '"' or '$' or '@' && StringPrefix() is var (dollars, verbatim, start))
                ReadString(dollars, verbatim, start);
            else
                _at++;
        }
    }

    private void BlankComment(string end, bool keepEnd)
    {
        var found = _source.IndexOf(end, _at + 2, StringComparison.Ordinal);
        var stop = found < 0 ? _source.Length : found + (keepEnd ? 0 : end.Length);
        for (; _at < stop; _at++)
        {
            Blank(_code);
            Blank(_withoutComments);
        }
    }

    private void Blank(StringBuilder target)
    {
        if (_source[_at] != '\n')
            target[_at] = ' ';
    }

    private void ReadCharacter()
    {
        for (_at++; _at < _source.Length && _source[_at] is not ('\'' or '\n'); _at++)
        {
            Blank(_code);
            if (_source[_at] == '\\')
                _at++;
        }

        _at++;
    }

    private (int Dollars, bool Verbatim, int Start)? StringPrefix()
    {
        var i = _at;
        while (i < _source.Length && _source[i] is '$' or '@')
            i++;
        var prefix = _source.AsSpan(_at, i - _at);
        return i < _source.Length && _source[i] == '"' ? (prefix.Count('$'), prefix.Contains('@'), i) : null;
    }

    private void ReadString(int dollars, bool verbatim, int start)
    {
        var quotes = Run('"', start);
        var raw = quotes >= 3 && !verbatim;
        _at = start + (raw ? quotes : 1);
        while (_at < _source.Length)
        {
            var c = _source[_at];
            var run = c is '"' or '{' ? Run(c, _at) : 0;
            if (c == '"' && raw && run >= quotes)
            {
                _at += run;
                return;
            }

            if (c == '"' && !raw && !(verbatim && run > 1))
            {
                _at++;
                return;
            }

            if (c == '{' && dollars > 0 && (raw ? run >= dollars : run % 2 == 1))
                ReadHole(run, raw ? dollars : 1);
            else
                Skip(c == '"' && verbatim ? 2 : c == '{' ? run : c == '\\' && !raw && !verbatim ? 2 : 1);
        }
    }

    private void ReadHole(int opening, int closing)
    {
        _at += opening;
        ReadCode(insideHole: true);
        _at += closing;
    }

    private void Skip(int count)
    {
        for (; count > 0 && _at < _source.Length; count--, _at++)
            Blank(_code);
    }
}
