namespace PgQueue.Payloads;

/// <summary>Refuses written JSON whose text PostgreSQL cannot hold (NUL) or the encoder had to change (half a surrogate pair).</summary>
internal static class LossyText
{
    private const int EscapeLength = 6;

    public static void Refuse(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf("\\u"u8); at >= 0; at = Next(json, at + 2))
        {
            var escape = json[at..Math.Min(json.Length, at + EscapeLength)];
            var isNul = escape.SequenceEqual("\\u0000"u8);
            if ((isNul || escape.SequenceEqual("\\uFFFD"u8)) && !IsEscapedBackslash(json, at))
                throw new PayloadException(JsonPath.At(json, at), isNul
                    ? "it contains the character NUL (U+0000), which PostgreSQL cannot store."
                    : "it contains half of a surrogate pair, which is not text and would be stored changed.");
        }
    }

    private static int Next(ReadOnlySpan<byte> json, int from)
    {
        var found = json[from..].IndexOf("\\u"u8);
        return found < 0 ? -1 : from + found;
    }

    private static bool IsEscapedBackslash(ReadOnlySpan<byte> json, int at)
    {
        var before = json[..at];
        return (before.Length - before.TrimEnd((byte)'\\').Length) % 2 == 1;
    }
}
