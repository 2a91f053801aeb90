using System.Diagnostics;
using System.Text;

namespace PgQueue.Diagnostics;

/// <summary>Records an exception on a span without its message, which may hold anybody's data: its types and stack frames say where, the job's record says what.</summary>
internal static class ExceptionNote
{
    private const string Message = "exception.message";
    private const string StackTrace = "exception.stacktrace";
    private const int MaxChain = 10;
    private const int MaxLength = 8 * 1024;

    public static void Add(Activity span, Exception exception) =>
        // names that are given are not filled in from the exception
        span.AddException(exception, new TagList { { Message, null }, { StackTrace, Frames(exception) } });

    private static string Frames(Exception exception)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var link = exception; link is not null && depth < MaxChain && text.Length < MaxLength; link = link.InnerException, depth++)
        {
            text.Append(depth == 0 ? "" : "\n ---> ").Append(link.GetType());
            if (StackOf(link) is { Length: > 0 } stack)
                text.Append('\n').Append(stack);
        }

        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength);
    }

    private static string? StackOf(Exception exception)
    {
        try
        {
            return exception.StackTrace;
        }
        catch (Exception)
        {
            // overridden by code that throws
            return null;
        }
    }
}
