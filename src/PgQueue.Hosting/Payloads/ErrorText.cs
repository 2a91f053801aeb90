using System.Buffers;
using System.Globalization;
using System.Text;

namespace PgQueue.Payloads;

/// <summary>Turns an exception into text that PostgreSQL always accepts, because a failure that cannot be recorded would repeat for ever.</summary>
internal static class ErrorText
{
    /// <summary>The most that is kept of one error.</summary>
    public const int MaxBytes = 8 * 1024;

    private const int MaxMessage = 2048;
    private const int MaxChain = 10;
    private const string Ellipsis = "…";
    private const int EllipsisBytes = 3;

    /// <summary>Messages first, outermost to innermost, then the stack traces, innermost first: cutting the end loses least.</summary>
    /// <remarks>Not <see cref="Exception.ToString"/>: it recurses through inner exceptions and may be overridden by code that throws.</remarks>
    public static string From(Exception exception)
    {
        var chain = Chain(exception);
        var text = new StringBuilder();
        foreach (var link in chain)
            text.Append(text.Length == 0 ? "" : "\n ---> ").Append(link.GetType()).Append(": ").Append(MessageOf(link));
        for (var i = chain.Count - 1; i >= 0 && text.Length < MaxBytes; i--)
        {
            if (StackOf(chain[i]) is { Length: > 0 } stack)
                text.Append('\n').Append(stack);
            if (i > 0)
                text.Append("\n   --- End of inner exception stack trace ---");
        }

        return Clean(text.ToString(), MaxBytes);
    }

    /// <summary>The class and the message alone. Not cleaned.</summary>
    public static string Brief(Exception exception) => $"{exception.GetType()}: {MessageOf(exception)}";

    /// <summary>
    /// The text without escape sequences, control and direction characters, with U+FFFD for NUL and half surrogate pairs, and cut between
    /// characters to the given number of UTF-8 bytes.
    /// </summary>
    public static string Clean(string text, int maxBytes)
    {
        var clean = new StringBuilder(Math.Min(text.Length, maxBytes));
        var (bytes, roomForEllipsis) = (0, 0);
        for (var i = EscapeSequence.Skip(text, 0); i < text.Length; i = EscapeSequence.Skip(text, i))
        {
            var isText = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) == OperationStatus.Done && rune.Value != 0;
            i += length;
            if (!isText)
                rune = Rune.ReplacementChar;
            else if (IsStripped(rune))
                continue;
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
                return clean.ToString(0, roomForEllipsis) + (maxBytes < EllipsisBytes ? "" : Ellipsis);
            clean.Append(rune);
            if (bytes + EllipsisBytes <= maxBytes)
                roomForEllipsis = clean.Length;
        }

        return clean.ToString();
    }

    private static bool IsStripped(Rune rune) =>
        rune.Value is not ('\t' or '\n')
        && (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069));

    private static List<Exception> Chain(Exception exception)
    {
        var chain = new List<Exception>();
        for (var link = exception; link is not null && chain.Count < MaxChain && !chain.Exists(known => ReferenceEquals(known, link)); link = link.InnerException)
            chain.Add(link);
        return chain;
    }

    private static string MessageOf(Exception exception)
    {
        try
        {
            var message = exception.Message ?? "";
            return message.Length <= MaxMessage ? message : string.Concat(message.AsSpan(0, MaxMessage), Ellipsis);
        }
        catch (Exception failure)
        {
            return $"(its message cannot be read: {failure.GetType()})";
        }
    }

    private static string? StackOf(Exception exception)
    {
        try
        {
            return exception.StackTrace;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
