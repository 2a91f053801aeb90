using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PgQueue.Payloads;

/// <summary>Reads a <see cref="float"/> and refuses a number too large for it.</summary>
internal sealed class FiniteSingleConverter : JsonConverter<float>
{
    public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            return JsonMetadataServices.SingleConverter.Read(ref reader, typeToConvert, options);
        var number = reader.GetSingle();
        return float.IsFinite(number) ? number : throw new JsonException("the number is too large for a float.");
    }

    public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
