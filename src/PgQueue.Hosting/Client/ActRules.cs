using System.Buffers;
using System.Text;
using PgQueue.Configuration;
using PgQueue.Handlers;

namespace PgQueue.Client;

/// <summary>Refuses what an operator's act is given, before anything is sent.</summary>
internal static class ActRules
{
    private const int LongestActor = 200;
    private const int LongestReason = 1000;
    private const int FirstYear = 2000;
    private const int LastYear = 9000;

    public static string Actor(string? actor) => Text(nameof(actor), actor ?? throw Invalid(nameof(actor), $"it is null. Say who acts."), LongestActor);

    public static string? Reason(string? reason) => reason is null ? null : Text(nameof(reason), reason, LongestReason);

    public static DateTime RunAt(DateTimeOffset runAt)
    {
        if (runAt.UtcDateTime is { Year: < FirstYear or > LastYear })
            throw Invalid(nameof(runAt), $"{runAt.UtcDateTime:O} is out of range. Allowed are the years {FirstYear} to {LastYear}.");
        // the database keeps whole microseconds
        return new DateTime(runAt.UtcTicks - (runAt.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
    }

    public static short Priority(int priority) => priority is >= JobPriority.Lowest and <= JobPriority.Highest
        ? (short)priority
        : throw Invalid(nameof(priority), $"{priority} is out of range. Allowed are {JobPriority.Lowest} to {JobPriority.Highest}.");

    public static string Queue(string? queue) => queue is not null && QueueRules.IsName(queue)
        ? queue
        : throw Invalid(nameof(queue), $"{Shown(queue)} is no queue name. It must be 1 to 64 of a-z 0-9 . _ : -");

    public static string Type(string? type) => type is not null && JobTypeName.IsValid(type, route: true)
        ? type
        : throw Invalid(nameof(type), $"{Shown(type)} is no type name or prefix. It must be 1 to 128 of a-z 0-9 . _ : - and at most one * at the end.");

    private static string Text(string field, string text, int longest)
    {
        if (text.Length == 0 || text.Length > longest)
            throw Invalid(field, $"it has {text.Length} characters. Allowed are 1 to {longest}.");
        if (text.Contains('\0'))
            throw Invalid(field, $"it contains the character NUL (U+0000), which PostgreSQL cannot store.");
        return IsText(text) ? text : throw Invalid(field, $"it contains half of a surrogate pair, which is not text.");
    }

    /// <summary>Whether it holds no half of a surrogate pair.</summary>
    public static bool IsText(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }

    private static string Shown(string? name) => name is null ? "null" : SettingText.Show(name);

    private static InvalidJobFilterException Invalid(string field, FormattableString message) => new(field, FormattableString.Invariant(message));
}
