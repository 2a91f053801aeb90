using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PgQueue.Payloads;

/// <summary>Finds the path of a place in JSON, from the JSON written so far: <c>$.customer.names[2]</c>.</summary>
internal static class JsonPath
{
    private const int MaxLength = 200;
    private const int MaxName = 64;

    /// <summary>The path of the value that would come next in unfinished JSON, or of a property its innermost object would get.</summary>
    public static string AtEnd(ReadOnlySpan<byte> unfinished, string? property)
    {
        // The space ends a number that stands last, which the reader would otherwise wait for.
        var steps = Walk([.. unfinished, (byte)' '], long.MaxValue);
        if (property is not null && steps.Count > 0)
            steps[^1] = steps[^1] with { Name = property };
        return Render(steps);
    }

    /// <summary>The path of the value or the property name that holds this byte.</summary>
    public static string At(ReadOnlySpan<byte> json, int offset) => Render(Walk(json, offset));

    public static string Shorten(string path)
    {
        var clean = ErrorText.Clean(path, MaxLength * 4).ReplaceLineEndings(" ");
        return clean.Length <= MaxLength ? clean : $"{clean.AsSpan(0, MaxLength - 1).TrimEnd()}…";
    }

    private static List<Step> Walk(ReadOnlySpan<byte> json, long offset)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1000 }));
        var steps = new List<Step>();
        while (TryRead(ref reader))
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    steps[^1] = steps[^1] with { Name = NameOf(ref reader) };
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    steps.Add(new Step(reader.TokenType == JsonTokenType.StartArray, 0, null));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    steps.RemoveAt(steps.Count - 1);
                    break;
            }

            if (reader.BytesConsumed > offset)
                break;
            if (steps.Count > 0 && EndsValue(reader.TokenType))
                steps[^1] = steps[^1] with { Index = steps[^1].Index + 1, Name = null };
        }

        return steps;
    }

    /// <summary>A converter may have written what is not JSON at all; then the path ends where that begins.</summary>
    private static bool TryRead(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool EndsValue(JsonTokenType token) =>
        token is not (JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);

    private static string NameOf(ref Utf8JsonReader reader) =>
        Encoding.UTF8.GetString(reader.ValueSpan);

    private static string Render(List<Step> steps)
    {
        var path = new StringBuilder("$");
        foreach (var step in steps)
        {
            if (step.IsArray)
                path.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            else if (step.Name is { } name)
                _ = IsPlain(name) ? path.Append('.').Append(name) : path.Append("['").Append(ErrorText.Clean(name, MaxName)).Append("']");
        }

        return Shorten(path.ToString());
    }

    private static bool IsPlain(string name)
    {
        foreach (var c in name)
            if (!char.IsLetterOrDigit(c) && c != '_')
                return false;
        return name.Length is > 0 and <= MaxName;
    }

    private readonly record struct Step(bool IsArray, int Index, string? Name);
}
