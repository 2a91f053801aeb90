using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PgQueue.Configuration;

namespace PgQueue.Payloads;

/// <summary>Refuses a payload class by its JSON contract, where what is written cannot be read back as it was. Once a class, not once a job.</summary>
internal sealed class ContractRules(JsonSerializerOptions json)
{
    /// <exception cref="PayloadException">The first member at fault, by its path.</exception>
    public void Check(Type payload) => Check(payload, "$", []);

    private void Check(Type declared, string path, HashSet<Type> seen)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (!seen.Add(type) || NotData.Is(type) || ContractOf(type) is not { } contract || !IsBuiltIn(contract.Converter))
            return;
        if (type == typeof(object))
            throw new PayloadException(path, "it is declared as object and would come back as a JsonElement. Declare the class that it holds, or JsonElement.");
        switch (contract.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckObject(contract, path, seen);
                break;
            case JsonTypeInfoKind.Enumerable when contract.ElementType is { } element:
                Check(element, $"{path}[*]", seen);
                break;
            case JsonTypeInfoKind.Dictionary when contract.ElementType is { } value:
                Check(value, $"{path}.*", seen);
                break;
        }
    }

    private void CheckObject(JsonTypeInfo contract, string path, HashSet<Type> seen)
    {
        CheckFields(contract, path);
        CheckConstructor(contract, path);
        foreach (var derived in contract.PolymorphismOptions?.DerivedTypes ?? [])
            Check(derived.DerivedType, path, seen);
        foreach (var property in contract.Properties.Where(p => p.Get is not null && !p.IsExtensionData))
        {
            var member = $"{path}.{property.Name}";
            if (property.Set is null && property.AssociatedParameter is null && !IsFilled(contract, property))
                CheckLeftOut(property, member);
            else if (property.CustomConverter is null || IsBuiltIn(property.CustomConverter))
                Check(property.PropertyType, member, seen);
        }
    }

    /// <summary>A property that is written and not read: right for one that is computed, a loss for one that holds data.</summary>
    private static void CheckLeftOut(JsonPropertyInfo property, string member)
    {
        if (property.AttributeProvider is not PropertyInfo declared)
            return;
        if (declared.SetMethod is { IsPublic: false })
            throw new PayloadException(member, "its setter is not public, so it would not come back. Make it init, add [JsonInclude], or leave it out with [JsonIgnore].");
        if (declared.SetMethod is null && IsStored(declared) && IsGrowing(declared.PropertyType))
            throw new PayloadException(member, "it is a collection without a setter, so its elements would not come back. Give it init, or leave it out with [JsonIgnore].");
    }

    private void CheckFields(JsonTypeInfo contract, string path)
    {
        if (json.IncludeFields)
            return;
        foreach (var field in PublicFields(contract.Type))
        {
            if (field.IsDefined(typeof(JsonIgnoreAttribute)) || contract.Properties.Any(p => p.AttributeProvider is FieldInfo known && known.HasSameMetadataDefinitionAs(field)))
                continue;
            var name = json.PropertyNamingPolicy?.ConvertName(field.Name) ?? field.Name;
            throw new PayloadException(
                $"{path}.{name}",
                $"it is a public field of {CSharpName.Of(contract.Type)}, and fields are not written. Make it a property, add [JsonInclude], or leave it out with [JsonIgnore].");
        }
    }

    private static void CheckConstructor(JsonTypeInfo contract, string path)
    {
        if (contract.ConstructorAttributeProvider is ConstructorInfo constructor)
        {
            var bound = contract.Properties.Select(p => p.AssociatedParameter?.Position).ToHashSet();
            if (constructor.GetParameters().FirstOrDefault(p => !bound.Contains(p.Position)) is { } free)
                throw new PayloadException(
                    path, $"the parameter '{free.Name}' of {CSharpName.Of(contract.Type)}'s constructor has no property of its name and type, so it could not be read back.");
        }
        else if (contract is { CreateObject: null, PolymorphismOptions: null })
        {
            throw new PayloadException(path, contract.Type is { IsAbstract: true }
                ? $"{CSharpName.Of(contract.Type)} is abstract, so it could not be read back. Name its classes with [JsonDerivedType], or declare one of them."
                : $"{CSharpName.Of(contract.Type)} has no constructor that can be used to read it back. Give it a public one, or mark one with [JsonConstructor].");
        }
    }

    /// <summary>What cannot be described here fails when it is written, with its own message.</summary>
    private JsonTypeInfo? ContractOf(Type type)
    {
        try
        {
            return json.TryGetTypeInfo(type, out var contract) ? contract : null;
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private bool IsFilled(JsonTypeInfo owner, JsonPropertyInfo property) =>
        (property.ObjectCreationHandling ?? owner.PreferredPropertyObjectCreationHandling ?? json.PreferredObjectCreationHandling) == JsonObjectCreationHandling.Populate;

    private static bool IsBuiltIn(JsonConverter converter) => converter.GetType().Assembly == typeof(JsonSerializer).Assembly;

    private static bool IsGrowing(Type type) =>
        Array.Exists([type, .. Interfaces(type)], i => i is { IsGenericType: true, IsInterface: true } && i.GetGenericTypeDefinition() == typeof(ICollection<>))
        && !type.IsArray
        && type.Namespace is not ("System.Collections.Immutable" or "System.Collections.Frozen" or "System.Collections.ObjectModel");

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "An interface that was trimmed away cannot be seen; then nothing is refused.")]
    private static Type[] Interfaces(Type type) => type.GetInterfaces();

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "A field that was trimmed away held no data.")]
    private static FieldInfo[] PublicFields(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>Whether the compiler made a field for it: it is not computed.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A field that was trimmed away held no data.")]
    private static bool IsStored(PropertyInfo property) =>
        property.DeclaringType?.GetField($"<{property.Name}>k__BackingField", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
}
