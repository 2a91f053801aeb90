using PgQueue.Configuration;

namespace PgQueue.Cron;

/// <summary>An expression as a user writes it, made plain: macros and <c>H</c> resolved, five or six fields, nothing but printable ASCII.</summary>
/// <param name="Plain">Five or six fields.</param>
/// <param name="HasSeconds">Whether there are six.</param>
/// <param name="Origins">For each character of the plain text the place that it comes from.</param>
internal sealed record CronText(string Plain, bool HasSeconds, IReadOnlyList<int> Origins)
{
    /// <summary>The longest expression.</summary>
    public const int LongestText = 256;

    private const int FewestFields = 5;
    private const int MostFields = 6;

    /// <summary>Whether a second, minute or hour field has <c>*</c>, a range or a step: such an expression means every so often, not at a time.</summary>
    public bool IsInterval
    {
        get
        {
            var dayOfMonth = Place(Plain, HasSeconds ? 3 : 2);
            return Plain.AsSpan(0, dayOfMonth).ContainsAny("*-/");
        }
    }

    /// <summary>Refuses what is no expression at all: too long, empty, or not ASCII.</summary>
    public static void Check(string cron)
    {
        if (cron.Length > LongestText)
            throw new CronFormatException(cron, null, LongestText + 1, $"it is {cron.Length} characters long; {LongestText} are allowed.");
        if (string.IsNullOrWhiteSpace(cron))
            throw new CronFormatException(cron, null, null, "it is empty; expected are five fields (minute, hour, day of month, month, day of week), six with the second first, or a macro such as @daily.");
        var at = cron.AsSpan().IndexOfAnyExcept(Printable());
        if (at >= 0)
            throw new CronFormatException(cron, FieldAt(cron, at), at + 1, $"the character U+{(int)cron[at]:X4} is not allowed; an expression is one line of ASCII letters, digits and signs.");
    }

    /// <summary>Makes an expression plain that is not <c>@every</c>.</summary>
    /// <param name="cron">Passed <see cref="Check"/>.</param>
    /// <param name="name">The schedule's name, for <c>H</c>.</param>
    public static CronText Of(string cron, string name)
    {
        var text = cron.Trim(' ', '\t');
        if (text.StartsWith('@'))
        {
            var macro = Macro(text) ?? throw Unknown(cron, text);
            return new CronText(macro, Count(macro) == MostFields, new int[macro.Length + 1]);
        }

        var fields = Count(cron);
        if (fields < FewestFields)
            throw new CronFormatException(cron, null, null, $"it has {fields} {(fields == 1 ? "field" : "fields")}; expected are five (minute, hour, day of month, month, day of week), or six with the second first.");
        if (fields > MostFields)
            throw new CronFormatException(cron, null, Place(cron, MostFields) + 1, $"it has {fields} fields; expected are five (minute, hour, day of month, month, day of week), or six with the second first. There is no field for the year.");
        var plain = Spread.Resolve(cron, name, fields, out var origins);
        return new CronText(plain, fields == MostFields, origins);
    }

    /// <summary>An error in the plain text as one in the text it comes from.</summary>
    public CronFormatException Traced(string cron, CronFormatException fault) =>
        new(cron, fault.Field, fault.Position is { } position ? Origins[position - 1] + 1 : null, fault.Reason);

    /// <summary>The place of a field, counted from 0.</summary>
    public static int Place(string text, int field)
    {
        var seen = -1;
        for (var i = 0; i < text.Length; i++)
            if (IsFieldStart(text, i) && ++seen == field)
                return i;
        return text.Length;
    }

    private static string? Macro(string text) => text.ToLowerInvariant() switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        "@every_minute" => "* * * * *",
        "@every_second" => "* * * * * *",
        _ => null,
    };

    private static CronFormatException Unknown(string cron, string text)
    {
        string[] known = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every_minute", "@every_second"];
        var near = Suggestion.Nearest(text, known) is { } nearest ? $" Did you mean {nearest}?" : "";
        return new CronFormatException(cron, null, cron.IndexOf('@', StringComparison.Ordinal) + 1, $"there is no such macro.{near} Known are {string.Join(", ", known)} and {Every.Name} 90s.");
    }

    private static string? FieldAt(string text, int at)
    {
        var (fields, index) = (0, -1);
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsFieldStart(text, i))
                continue;
            fields++;
            if (i <= at)
                index++;
        }

        return fields is FewestFields or MostFields && index >= 0 ? CronField.At(index, fields).Name : null;
    }

    private static int Count(string text)
    {
        var fields = 0;
        for (var i = 0; i < text.Length; i++)
            if (IsFieldStart(text, i))
                fields++;
        return fields;
    }

    private static bool IsFieldStart(string text, int at) => !char.IsWhiteSpace(text[at]) && (at == 0 || char.IsWhiteSpace(text[at - 1]));

    private static ReadOnlySpan<char> Printable() =>
        "\t !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
}
