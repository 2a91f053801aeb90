using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PgQueue.Payloads;

/// <summary>Makes the serializer's options: the user's as they are, else web defaults made strict.</summary>
internal static class PayloadJson
{
    /// <summary>System.Text.Json's own default, which <c>MaxDepth = 0</c> stands for.</summary>
    private const int DefaultDepth = 64;

    public static JsonSerializerOptions From(JsonSerializerOptions? given)
    {
        var json = given is null ? Strict() : new JsonSerializerOptions(given);
        json.Encoder ??= JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.TypeInfoResolver = (json.TypeInfoResolver ?? Reflection()).WithAddedModifier(NotData.Refuse);
        json.MakeReadOnly();
        return json;
    }

    public static int MaxDepth(JsonSerializerOptions json) => json.MaxDepth == 0 ? DefaultDepth : json.MaxDepth;

    private static JsonSerializerOptions Strict() => new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = DefaultDepth,
    };

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where the application allows reflection; a trimmed one switches it off and gets the exception.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where the application allows reflection; a native one switches it off and gets the exception.")]
    private static DefaultJsonTypeInfoResolver Reflection() => JsonSerializer.IsReflectionEnabledByDefault
        ? new DefaultJsonTypeInfoResolver()
        : throw new PgQueueException(
            "Reflection-based JSON is switched off in this application (trimmed or native). "
            + "Set PayloadOptions.Json to options whose TypeInfoResolver is a JsonSerializerContext that lists every payload class.");
}
