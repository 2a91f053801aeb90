using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PgQueue.Payloads;

/// <summary>Reads a <see cref="double"/> and refuses a number too large for it.</summary>
internal sealed class FiniteDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            return JsonMetadataServices.DoubleConverter.Read(ref reader, typeToConvert, options);
        var number = reader.GetDouble();
        return double.IsFinite(number) ? number : throw new JsonException("the number is too large for a double.");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
