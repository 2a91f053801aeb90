using System.Globalization;

namespace PgQueue.Configuration;

/// <summary>Types in messages, as a user writes them: <c>List&lt;int&gt;</c> and not <c>List`1</c>.</summary>
internal static class CSharpName
{
    public static string Of(Type type)
    {
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{Of(value)}?";
        if (type.Name.StartsWith('<'))
            return type.Name.Contains("AnonymousType", StringComparison.Ordinal) ? "an anonymous class" : "a class made by the compiler";
        if (Keyword(type) is { } keyword)
            return keyword;
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? type.Name : $"{type.Name[..tick]}<{string.Join(", ", Arguments(type, type.Name[(tick + 1)..]).Select(Of))}>";
    }

    /// <summary>A nested class lists the arguments of the classes around it too, and its own last.</summary>
    private static Type[] Arguments(Type type, string count)
    {
        var all = type.GetGenericArguments();
        return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var own) && own < all.Length ? all[^own..] : all;
    }

    private static string? Keyword(Type type) => type.IsEnum ? null : Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "bool",
        TypeCode.Byte => "byte",
        TypeCode.SByte => "sbyte",
        TypeCode.Int16 => "short",
        TypeCode.UInt16 => "ushort",
        TypeCode.Int32 => "int",
        TypeCode.UInt32 => "uint",
        TypeCode.Int64 => "long",
        TypeCode.UInt64 => "ulong",
        TypeCode.Single => "float",
        TypeCode.Double => "double",
        TypeCode.Decimal => "decimal",
        TypeCode.Char => "char",
        TypeCode.String => "string",
        _ => type == typeof(object) ? "object" : null,
    };
}
