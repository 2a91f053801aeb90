namespace PgQueue.Payloads;

/// <summary>Finds the end of terminal escape sequences, so that what colours a console leaves no litter in a stored error.</summary>
internal static class EscapeSequence
{
    private const char Escape = '\u001b';
    private const char ControlSequence = '\u009b';

    /// <summary>The first position at or after <paramref name="at"/> that is not within a sequence.</summary>
    public static int Skip(string text, int at)
    {
        while (at < text.Length && text[at] is Escape or ControlSequence)
        {
            var isSequence = text[at] == ControlSequence || (at + 1 < text.Length && text[at + 1] == '[');
            at += text[at] == Escape && isSequence ? 2 : 1;
            if (!isSequence)
                continue;
            while (at < text.Length && text[at] is >= ' ' and <= '?')
                at++;
            if (at < text.Length && text[at] is >= '@' and <= '~')
                at++;
        }

        return at;
    }
}
