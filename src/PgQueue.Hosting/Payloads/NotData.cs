using System.Text.Json.Serialization.Metadata;
using PgQueue.Configuration;

namespace PgQueue.Payloads;

/// <summary>A contract modifier that refuses live objects which System.Text.Json would write as if they were data.</summary>
internal static class NotData
{
    public static void Refuse(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.None && Is(info.Type))
        {
            var name = CSharpName.Of(info.Type);
            info.OnSerializing = _ => throw new NotDataException(name);
        }
    }

    public static bool Is(Type type) =>
        type == typeof(CancellationToken)
        || type == typeof(CancellationTokenSource)
        || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        || typeof(Task).IsAssignableFrom(type)
        || typeof(Stream).IsAssignableFrom(type)
        || typeof(WaitHandle).IsAssignableFrom(type)
        || typeof(IServiceProvider).IsAssignableFrom(type);
}
