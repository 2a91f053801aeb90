using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PgQueue.Tests.House;

/// <summary>Writes an assembly's public face as sorted lines, so that a change of it shows in a review.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var blocks = assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).Select(Block);
        return string.Join("\n", blocks);
    }

    private static string Block(Type type)
    {
        if (type.IsEnum)
            return Lines(Head(type), Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture)}"));
        if (type.IsSubclassOf(typeof(Delegate)))
            return Lines($"{type.Namespace}: delegate {Method(type.GetMethod("Invoke")!, TypeText.Name(type))}", []);
        return Lines(Head(type), Members(type).Order(StringComparer.Ordinal));
    }

    private static string Lines(string head, IEnumerable<string> members) => string.Concat(members.Select(m => $"    {m}\n").Prepend(head + "\n"));

    private static string Head(Type type)
    {
        var isRecord = type.GetMethods(Declared).Any(m => m.Name == "PrintMembers" && m.IsDefined(typeof(CompilerGeneratedAttribute)));
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? (isRecord ? "record struct" : "struct") : isRecord ? "record" : "class";
        var trait = type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsInterface || type.IsValueType ? "" : type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "";
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var faces = type.IsEnum ? [] : type.GetInterfaces().Where(i => !inherited.Contains(i) && !i.Name.StartsWith("IEquatable", StringComparison.Ordinal));
        var parents = faces.Where(i => i.IsPublic).Select(TypeText.Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            parents.Insert(0, TypeText.Name(parent));
        return $"{type.Namespace}: {trait}{kind} {TypeText.Name(type)}{(parents.Count == 0 ? "" : " : " + string.Join(", ", parents))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var constructor in type.GetConstructors(Declared).Where(IsVisible))
            yield return $"{Traits(constructor)}new({Parameters(constructor)})";
        foreach (var method in type.GetMethods(Declared).Where(m => IsVisible(m) && !m.IsSpecialName && !IsSynthesized(m)))
            yield return Traits(method) + Method(method, method.Name);
        foreach (var property in type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(IsVisible)))
            if (!property.IsDefined(typeof(CompilerGeneratedAttribute)) && property.Name != "EqualityContract")
                yield return Property(property);
        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily))
            yield return $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{TypeText.Of(field)} {field.Name}{(field.IsLiteral ? " = " + TypeText.Value(field.GetRawConstantValue()) : "")}";
        foreach (var raised in type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)))
            yield return $"event {TypeText.Name(raised.EventHandlerType!)} {raised.Name}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsSynthesized(MethodInfo method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.GetBaseDefinition().DeclaringType == typeof(object);

    private static string Traits(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "") + (method.IsStatic ? "static " : "")
        + (method is { IsAbstract: true, DeclaringType.IsInterface: false } ? "abstract " : method is { IsVirtual: true, IsFinal: false, IsAbstract: false } ? "virtual " : "");

    private static string Method(MethodInfo method, string name)
    {
        var generics = method.IsGenericMethod && !name.Contains('<', StringComparison.Ordinal)
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        return $"{TypeText.Of(method.ReturnParameter)} {name}{generics}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(TypeText.Parameter));
    }

    private static string Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var set = property.SetMethod is { } setter && IsVisible(setter) ? (isInit ? " init;" : " set;") : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Traits(property.GetAccessors(nonPublic: true)[0])}{required}{TypeText.Of(property)} {property.Name} {{{get}{set} }}";
    }
}
