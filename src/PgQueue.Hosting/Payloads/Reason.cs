using System.Collections.Frozen;
using System.Text.Json;

namespace PgQueue.Payloads;

/// <summary>Puts a serializer's failure into words that hold no value of the payload.</summary>
internal static class Reason
{
    private static readonly FrozenSet<string> Trusted = new[] { typeof(JsonSerializer), typeof(Reason) }
        .Select(type => type.Assembly.GetName().Name!).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The message of System.Text.Json's own exceptions, which quote no values; of all others only the class.</summary>
    public static string Of(Exception exception, string action)
    {
        var isOwn = exception.Source is { } source && Trusted.Contains(source)
            && exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException;
        return isOwn ? WithoutPath(exception.Message) : $"{action} threw {exception.GetType().Name}.";
    }

    private static string WithoutPath(string message)
    {
        var path = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return path > 0 ? message[..path] : message;
    }
}
