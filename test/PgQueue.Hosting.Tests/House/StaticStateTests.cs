using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PgQueue.Tests.House;

/// <summary>Two queues can live in one process, so nothing static may change.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class StaticStateTests
{
    private static readonly Type[] Ambient = [typeof(AsyncLocal<>), typeof(ThreadLocal<>), typeof(ConditionalWeakTable<,>), typeof(System.Text.StringBuilder)];

    [Test]
    public void No_static_field_of_the_package_can_change()
    {
        var mutable =
            from type in typeof(IJobClient).Assembly.GetTypes()
            where !IsGenerated(type)
            from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where !field.IsDefined(typeof(GeneratedCodeAttribute)) && !field.Name.StartsWith('<')
                && ((!field.IsInitOnly && !field.IsLiteral) || IsMutable(field.FieldType))
            select $"{type.FullName}.{field.Name}: {field.FieldType.Name}{(field.IsInitOnly || field.IsLiteral ? " can be filled" : " can be assigned")}";
        Assert.That(mutable, Is.Empty, "make it readonly, frozen or immutable, or a ReadOnlySpan property");
    }

    [TestCase(typeof(List<int>), ExpectedResult = true)]
    [TestCase(typeof(IDictionary<int, int>), ExpectedResult = true)]
    [TestCase(typeof(System.Collections.Concurrent.ConcurrentDictionary<int, int>), ExpectedResult = true)]
    [TestCase(typeof(int[]), ExpectedResult = true)]
    [TestCase(typeof(AsyncLocal<int>), ExpectedResult = true)]
    [TestCase(typeof(string), ExpectedResult = false)]
    [TestCase(typeof(IReadOnlyList<int>), ExpectedResult = false)]
    [TestCase(typeof(System.Collections.Frozen.FrozenSet<string>), ExpectedResult = false)]
    [TestCase(typeof(System.Collections.Immutable.ImmutableArray<string>), ExpectedResult = false)]
    [TestCase(typeof(System.Collections.ObjectModel.ReadOnlyCollection<string>), ExpectedResult = false)]
    public bool A_type_that_can_be_filled_is_told_from_one_that_cannot(Type type) => IsMutable(type);

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute))
        || type.IsDefined(typeof(GeneratedCodeAttribute))
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static bool IsMutable(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (Ambient.Contains(definition))
            return true;
        if (definition.Namespace is "System.Collections.Frozen" or "System.Collections.Immutable" or "System.Collections.ObjectModel")
            return definition.Name.StartsWith("Observable", StringComparison.Ordinal);
        return type.GetInterfaces().Prepend(type)
            .Select(i => i.IsGenericType ? i.GetGenericTypeDefinition() : i)
            .Any(i => i == typeof(ICollection<>) || i == typeof(System.Collections.IList) || i == typeof(System.Collections.IDictionary)
                || i == typeof(System.Collections.Concurrent.IProducerConsumerCollection<>));
    }
}
