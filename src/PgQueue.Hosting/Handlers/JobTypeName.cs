using System.Reflection;
using System.Text;

namespace PgQueue.Handlers;

/// <summary>The type name of a payload class: from its attribute, else its own name in kebab case without a Job or Payload ending.</summary>
internal static class JobTypeName
{
    public const int MaxLength = 128;

    public static JobTypeAttribute? AttributeOf(Type payload) => payload.GetCustomAttribute<JobTypeAttribute>(inherit: false);

    /// <summary>The name, or null for a class that has none of its own: a framework type, an array, a generic or anonymous class.</summary>
    public static string? Of(Type payload)
    {
        if (AttributeOf(payload) is { } attribute)
            return attribute.Name;
        var ownsName = !payload.IsGenericType && !payload.IsArray && !payload.IsPrimitive && !payload.Name.StartsWith('<')
            && payload.Assembly != typeof(object).Assembly && payload.Namespace?.StartsWith("System", StringComparison.Ordinal) != true;
        return ownsName ? Kebab(WithoutEnding(payload.Name)) : null;
    }

    /// <summary>Whether a name is 1-128 of <c>a-z 0-9 . _ : -</c>; a route may end in <c>*</c>.</summary>
    public static bool IsValid(string name, bool route = false)
    {
        var body = route && name.EndsWith('*') ? name.AsSpan(0, name.Length - 1) : name;
        if (body.IsEmpty || name.Length > MaxLength)
            return route && name is "*";
        foreach (var c in body)
            if (!(c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or ':' or '-'))
                return false;
        return true;
    }

    private static string WithoutEnding(string name)
    {
        foreach (var ending in (ReadOnlySpan<string>)["Job", "Payload"])
            if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.Ordinal))
                return name[..^ending.Length];
        return name;
    }

    private static string Kebab(string name)
    {
        var result = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = char.IsUpper(name[i]) && i > 0
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord && name[i - 1] != '_')
                result.Append('-');
            result.Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}
