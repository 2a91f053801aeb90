using System.Reflection;

namespace PgQueue.Tests.House;

/// <summary>Holds the table of the rooms against the types that fields and signatures use, which catches what no <c>using</c> line shows.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class RoomTypeTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Test]
    public void A_room_holds_and_passes_only_types_of_the_rooms_it_may_use()
    {
        var foreign =
            from type in typeof(IJobClient).Assembly.GetTypes()
            let room = Rooms.Of(type)
            where room is not null
            from used in Used(type).SelectMany(Parts).Where(t => t.Assembly == type.Assembly)
            let other = Rooms.Of(used)
            where other is not null && !Rooms.May(room, other)
            select $"{type.FullName} uses {used.FullName}";
        Assert.That(foreign.Distinct(), Is.Empty);
    }

    private static IEnumerable<Type> Used(Type type)
    {
        foreach (var field in type.GetFields(All))
            yield return field.FieldType;
        foreach (var method in type.GetMethods(All))
            yield return method.ReturnType;
        foreach (var parameter in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).SelectMany(m => m.GetParameters()))
            yield return parameter.ParameterType;
        foreach (var local in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).SelectMany(m => m.GetMethodBody()?.LocalVariables ?? []))
            yield return local.LocalType;
        foreach (var face in type.GetInterfaces())
            yield return face;
        if (type.BaseType is not null)
            yield return type.BaseType;
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Prepend(type);
}
