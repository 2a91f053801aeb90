using System.Text.Json;
using System.Text.Json.Serialization;

namespace PgQueue.Tests.Payloads;

/// <summary>The payload classes of the bad-input corpus.</summary>
internal static class PayloadSamples
{
    internal enum Colour
    {
        Red,
        Blue,
    }

    internal sealed record Customer(string Name, string[] Names);

    internal sealed record Order(int Id, Customer Customer);

    internal sealed record Text(string Value);

    internal sealed record Letter(char Value);

    internal sealed record Box<T>(T Value);

    internal sealed record Numbers(double[] Values);

    internal sealed record Precise(decimal Amount, double Rate, float Share);

    internal sealed record Painted([property: JsonConverter(typeof(JsonStringEnumConverter<Colour>))] Colour Colour);

    internal sealed class Node
    {
        public Node? Next { get; set; }
    }

    internal sealed class Tree : Dictionary<string, Tree>;

    internal sealed class Throwing
    {
        public int Before => 1;

        public int Total => throw new InvalidOperationException("secret");
    }

    internal sealed class Holder
    {
        public int Before => 1;

        public Throwing Inner { get; } = new();
    }

    internal sealed class WithDelegate
    {
        public Action? Callback { get; set; }
    }

    internal sealed class WithToken
    {
        public CancellationToken Token { get; set; }
    }

    internal sealed record Converted([property: JsonConverter(typeof(ThrowingConverter))] string Value);

    internal sealed class Optional
    {
        public string? Name { get; set; }

        public required int Id { get; set; }
    }

    internal sealed class Setter
    {
        public int Value
        {
            get => 0;
            set => throw new FormatException($"secret {value}");
        }
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    internal abstract record Shape;

    internal sealed record Circle(int Radius) : Shape;

    internal sealed class ThrowingConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException($"secret {reader.GetString()}");

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            throw new JsonException($"secret {value}");
    }
}
