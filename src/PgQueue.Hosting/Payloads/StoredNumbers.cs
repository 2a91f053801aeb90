using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PgQueue.Payloads;

/// <summary>Finds numbers that System.Text.Json would silently read as infinity, such as <c>1e400</c> into a <see cref="double"/>.</summary>
internal sealed class StoredNumbers(JsonSerializerOptions json)
{
    /// <summary>Fewer digits than this without an exponent fit any floating-point type.</summary>
    private const int SafeLength = 38;

    private readonly JsonReaderOptions _reader = new()
    {
        AllowTrailingCommas = json.AllowTrailingCommas,
        CommentHandling = json.ReadCommentHandling,
        MaxDepth = json.MaxDepth,
    };

    private readonly Lazy<JsonSerializerOptions> _strict = new(() => Strict(json));

    /// <summary>Whether well-formed JSON holds a number outside the range of <see cref="float"/>; such a number may yet be meant for a wider type.</summary>
    public bool MayOverflow(ReadOnlySpan<byte> stored)
    {
        var reader = new Utf8JsonReader(stored, _reader);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.Number
                && (reader.ValueSpan.Length > SafeLength || reader.ValueSpan.IndexOfAny((byte)'e', (byte)'E') > 0)
                && reader.TryGetSingle(out var number) && float.IsInfinity(number))
                return true;
        return false;
    }

    /// <summary>A contract that refuses such a number where it would become infinity.</summary>
    public JsonTypeInfo Strict(Type payload) => _strict.Value.GetTypeInfo(payload);

    private static JsonSerializerOptions Strict(JsonSerializerOptions json)
    {
        var strict = new JsonSerializerOptions(json);
        strict.Converters.Add(new FiniteDoubleConverter());
        strict.Converters.Add(new FiniteSingleConverter());
        strict.MakeReadOnly();
        return strict;
    }
}
