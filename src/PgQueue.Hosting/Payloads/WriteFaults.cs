using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PgQueue.Payloads;

/// <summary>Says where and why writing a payload failed. Slow, and only used when it did.</summary>
internal sealed class WriteFaults(JsonSerializerOptions json, int maxBytes)
{
    private readonly Lazy<JsonSerializerOptions> _watched = new(() => Watched(json));

    /// <summary>The refusal of a payload over the limit; its size is null where it was not written to its end.</summary>
    public PayloadException TooLarge(long? bytes) => new("$", string.Create(
        CultureInfo.InvariantCulture,
        $"it is {(bytes is null ? "more than " : "")}{bytes ?? maxBytes:N0} bytes of JSON, and the limit is {maxBytes:N0} (Payload:MaxBytes). Store the data elsewhere and enqueue its key."));

    public PayloadException Describe(object payload, Type contract, PayloadBuffer buffer, Exception exception)
    {
        if (buffer.IsOverLimit || IsTextBeyondTheWriter(exception))
            return TooLarge(null);
        if (FailingGetter(payload, contract) is { } getter)
            return new PayloadException(getter.Path, getter.Reason, exception);
        var depth = PayloadJson.MaxDepth(json);
        var path = PathOf(buffer, pending: null);
        if (exception is JsonException or InvalidOperationException && buffer.Writer.CurrentDepth >= depth)
            return new PayloadException(path, $"it is nested deeper than {depth} levels, or contains itself.", exception);
        if (IsNoNumber(exception))
            return new PayloadException(path, "it is NaN or infinity, which JSON has no number for. Leave it out, or use null in its place.", exception);
        return exception is NotDataException
            ? new PayloadException(path, exception.Message, exception)
            : new PayloadException(path, Reason.Of(exception, "writing it"), exception);
    }

    /// <summary>Writes once more with watched getters, because the serializer does not say which one threw.</summary>
    private (string Path, string Reason)? FailingGetter(object payload, Type contract)
    {
        var buffer = new PayloadBuffer(maxBytes, PayloadJson.MaxDepth(json));
        try
        {
            JsonSerializer.Serialize(buffer.Writer, payload, _watched.Value.GetTypeInfo(contract));
        }
        catch (GetterFailedException exception)
        {
            return (PathOf(buffer, exception.Property), exception.Reason);
        }
        catch (Exception)
        {
            // The same failure as before, and not a getter's.
        }

        return null;
    }

    private static string PathOf(PayloadBuffer buffer, string? pending)
    {
        try
        {
            buffer.Writer.Flush();
        }
        catch (InvalidOperationException)
        {
            return "$";
        }

        return JsonPath.AtEnd(buffer.Written, pending);
    }

    private static JsonSerializerOptions Watched(JsonSerializerOptions json) =>
        new(json) { TypeInfoResolver = json.TypeInfoResolver!.WithAddedModifier(Watch) };

    private static void Watch(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in info.Properties)
            if (property.Get is { } get)
                property.Get = Watch(get, property.Name, info.Options.RespectNullableAnnotations && !property.IsGetNullable);
    }

    private static Func<object, object?> Watch(Func<object, object?> get, string property, bool refuseNull) => owner =>
    {
        object? value;
        try
        {
            value = get(owner);
        }
        catch (Exception exception)
        {
            throw new GetterFailedException(property, $"its getter threw {exception.GetType().Name}.");
        }

        return value is null && refuseNull ? throw new GetterFailedException(property, "it is null, and its type does not allow null.") : value;
    };

    private static bool IsNoNumber(Exception exception) =>
        exception is ArgumentException && exception.Message.Contains(nameof(JsonNumberHandling.AllowNamedFloatingPointLiterals), StringComparison.Ordinal);

    /// <summary>A text of more than 166 million characters, which the writer refuses before it asks for memory.</summary>
    private static bool IsTextBeyondTheWriter(Exception exception) =>
        exception is ArgumentException && exception.Message.Contains("too large", StringComparison.Ordinal);
}
