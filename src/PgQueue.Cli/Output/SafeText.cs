using System.Globalization;
using System.Text;

namespace PgQueue.Cli.Output;

/// <summary>Makes text that came from jobs harmless: nothing in it moves the cursor, changes colours, or passes for a line of ours.</summary>
internal static class SafeText
{
    private const string Tab = "    ";

    /// <summary>On one line: line breaks are shown as escapes like every other control character.</summary>
    public static string Line(string text)
    {
        var at = FirstUnsafe(text);
        if (at < 0)
            return text;
        var safe = new StringBuilder(text.Length + 16).Append(text, 0, at);
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) && !IsUnsafe(CharUnicodeInfo.GetUnicodeCategory(text, at)))
                safe.Append(c).Append(text[++at]);
            else if (c == '\t')
                safe.Append(Tab);
            else if (char.IsSurrogate(c) || IsUnsafe(CharUnicodeInfo.GetUnicodeCategory(c)))
                safe.Append(c switch { '\n' => "\\n", '\r' => "\\r", _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") });
            else
                safe.Append(c);
        }

        return safe.ToString();
    }

    /// <summary>Line by line; the caller indents them.</summary>
    public static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(Line);

    private static int FirstUnsafe(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) || IsUnsafe(CharUnicodeInfo.GetUnicodeCategory(text[i])))
                return i;
        return -1;
    }

    // format characters turn the direction of text or hide; the separators break lines
    private static bool IsUnsafe(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
