using System.Globalization;
using System.Reflection;

namespace PgQueue.Tests.House;

/// <summary>Writes types as C# does, with their nullability.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    public static string Of(ParameterInfo parameter) => Text(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));

    public static string Of(PropertyInfo property) => Text(property.PropertyType, new NullabilityInfoContext().Create(property));

    public static string Of(FieldInfo field) => Text(field.FieldType, new NullabilityInfoContext().Create(field));

    public static string Name(Type type) => Text(type, null);

    public static string Parameter(ParameterInfo parameter)
    {
        var direction = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var rest = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        return $"{direction}{rest}{Of(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Value(parameter.DefaultValue, parameter.ParameterType) : "")}";
    }

    public static string Value(object? value, Type? type = null) => value switch
    {
        null => type is { IsValueType: true } && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Text(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
            return Text(type.GetElementType()!, nullability?.ElementType ?? nullability);
        var mark = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
            return $"{Text(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Text(underlying, null) + "?";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword + mark;
        var name = type.Name.Split('`')[0];
        if (type is { IsNested: true, IsGenericParameter: false })
            name = $"{Name(type.DeclaringType!)}.{name}";
        if (!type.IsGenericType)
            return name + mark;
        var arguments = type.GetGenericArguments().Select((a, i) => Text(a, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        return $"{name}<{string.Join(", ", arguments)}>{mark}";
    }
}
