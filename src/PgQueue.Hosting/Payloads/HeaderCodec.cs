using System.Buffers;
using System.Collections.ObjectModel;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PgQueue.Payloads;

/// <summary>Turns headers into a JSON object and back. Reading never throws: headers are a convenience, and the job must run.</summary>
internal static class HeaderCodec
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>UTF-8 JSON, or null where there are no headers.</summary>
    public static byte[]? Write(IReadOnlyDictionary<string, string>? headers)
    {
        if (headers is null || headers.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in headers)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The headers; those that are not text are left out, and a value that is broken altogether has none.</summary>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return ReadOnlyDictionary<string, string>.Empty;
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader) : ReadOnlyDictionary<string, string>.Empty;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }
    }

    private static Dictionary<string, string> ReadObject(ref Utf8JsonReader reader)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
                headers[name] = reader.GetString()!;
            else
                reader.Skip();
        }

        // Whatever stands behind the object makes the whole value broken: this throws on it.
        reader.Read();
        return headers;
    }
}
