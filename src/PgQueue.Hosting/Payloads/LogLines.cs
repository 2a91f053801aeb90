using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PgQueue.Payloads;

/// <summary>Captured log lines as they are stored: an array of objects, each with t (time), l (level), c (category), m (message) and e (exception).</summary>
internal static class LogLines
{
    private const int MaxCategory = 256;
    private const int MaxMessage = 2 * 1024;
    private const int MaxException = 1024;

    /// <summary>One line, cleaned and cut.</summary>
    public static byte[] Write(JobLogLine line)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("t", line.At);
        writer.WriteNumber("l", (int)line.Level);
        writer.WriteString("c", ErrorText.Clean(line.Category, MaxCategory));
        writer.WriteString("m", ErrorText.Clean(line.Message, MaxMessage));
        if (line.Exception is not null)
            writer.WriteString("e", ErrorText.Clean(line.Exception, MaxException));
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Written lines as one array.</summary>
    public static byte[] Join(IEnumerable<byte[]> lines)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write("["u8);
        foreach (var line in lines)
        {
            if (buffer.WrittenCount > 1)
                buffer.Write(","u8);
            buffer.Write(line);
        }

        buffer.Write("]"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Stored lines. What somebody else has written into the column and is no such array counts as none.</summary>
    public static IReadOnlyList<JobLogLine> Read(string? json)
    {
        if (json is null)
            return [];
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return [];
        }
    }

    private static JobLogLine Read(JsonElement line) => new(
        line.GetProperty("t"u8).GetDateTimeOffset(), (JobLogLevel)line.GetProperty("l"u8).GetInt32(), line.GetProperty("c"u8).GetString() ?? "",
        line.GetProperty("m"u8).GetString() ?? "", line.TryGetProperty("e"u8, out var exception) ? exception.GetString() : null);
}
