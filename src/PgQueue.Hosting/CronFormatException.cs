using System.Globalization;

namespace PgQueue;

/// <summary>A cron expression is malformed, or never occurs. The message names the field, the position and what would be right.</summary>
public sealed class CronFormatException : PgQueueException
{
    private const int LongestKept = 256;
    private const int LongestShown = 80;

    /// <summary>Makes one.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="field">The field at fault, for example <c>day of week</c>, if one is.</param>
    /// <param name="position">The character at fault, from 1, if one is.</param>
    /// <param name="reason">What is wrong and what would be right.</param>
    public CronFormatException(string expression, string? field, int? position, string reason)
        : base(Compose(expression, field, position, reason))
    {
        Expression = expression.Length <= LongestKept ? expression : string.Concat(expression.AsSpan(0, LongestKept), "…");
        Field = field;
        Position = position;
        Reason = reason;
    }

    /// <summary>The expression, cut after 256 characters.</summary>
    public string Expression { get; }

    /// <summary>The field at fault: <c>second</c>, <c>minute</c>, <c>hour</c>, <c>day of month</c>, <c>month</c> or <c>day of week</c>; null if it is not one field.</summary>
    public string? Field { get; }

    /// <summary>The character at fault, counted from 1; null if it is not one character.</summary>
    public int? Position { get; }

    /// <summary>What is wrong and what would be right.</summary>
    public string Reason { get; }

    private static string Compose(string expression, string? field, int? position, string reason)
    {
        var where = (field, position) switch
        {
            (null, null) => "",
            (null, _) => string.Create(CultureInfo.InvariantCulture, $", position {position}"),
            (_, null) => $", {field} field",
            _ => string.Create(CultureInfo.InvariantCulture, $", {field} field, position {position}"),
        };
        return $"Cron expression \"{Shown(expression)}\"{where}: {reason}";
    }

    private static string Shown(string expression)
    {
        var start = expression.AsSpan(0, Math.Min(expression.Length, LongestShown)).ToString();
        var printable = string.Create(start.Length, start, (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
                into[i] = from[i] is >= ' ' and <= '~' ? from[i] : '\uFFFD';
        });
        return start.Length < expression.Length ? printable + "…" : printable;
    }
}
