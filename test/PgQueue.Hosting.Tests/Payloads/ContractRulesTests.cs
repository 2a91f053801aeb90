using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PgQueue.Payloads;

namespace PgQueue.Tests.Payloads;

/// <summary>A class whose objects would not come back as they went in is refused whatever they hold; one whose objects would is not.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ContractRulesTests
{
    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("a public field", new Field { Amount = 77 }, "$.amount", "fields are not written");
        yield return Case("a public field deep inside", new Box<Dictionary<string, List<Field>>>([]), "$.value.*[*].amount", "public field of Field");
        yield return Case("a tuple", new Box<(int A, string B)>((1, "b")), "$.value.item1", "public field of ValueTuple<int, string>");
        yield return Case("a nullable struct with fields", new Box<Point?>(new Point { X = 1 }), "$.value.x", "public field of Point");
        yield return Case("an object", new Box<object?>(1), "$.value", "JsonElement");
        yield return Case("a list of objects", new Box<List<object>>([]), "$.value[*]", "JsonElement");
        yield return Case("a dictionary of objects", new Dictionary<string, object>(StringComparer.Ordinal), "$.*", "JsonElement");
        yield return Case("an abstract class", new Box<Node>(new Leaf()), "$.value", "Node is abstract");
        yield return Case("an interface in an array", new Box<INode[]>([]), "$.value[*]", "INode is abstract");
        yield return Case("a constructor whose parameter is no property", new Renamed(7), "$", "the parameter 'amount' of Renamed's constructor");
        yield return Case("no constructor to choose", new Box<TwoWays>(new TwoWays(1)), "$.value", "TwoWays has no constructor");
        yield return Case("a setter that is not public", new Guarded(5), "$.amount", "its setter is not public");
        yield return Case("a list that can only be added to", new Basket(), "$.lines", "collection without a setter");
    }

    private static IEnumerable<TestCaseData> Accepted()
    {
        yield return new TestCaseData(new IgnoredField()).SetArgDisplayNames("an ignored field");
        yield return new TestCaseData(new IncludedField { Amount = 3 }).SetArgDisplayNames("an included field");
        yield return new TestCaseData(new Computed { Amount = 3 }).SetArgDisplayNames("computed properties and private state");
        yield return new TestCaseData(new Loose { Element = JsonSerializer.SerializeToElement(1), Node = 2, Object = [] }).SetArgDisplayNames("loose JSON");
        yield return new TestCaseData(new Box<PayloadSamples.Shape>(new PayloadSamples.Circle(1))).SetArgDisplayNames("a class that names its derived ones");
        yield return new TestCaseData(new PayloadSamples.Circle(1)).SetArgDisplayNames("a derived class");
        yield return new TestCaseData(new Converted(new Leaf(), 1)).SetArgDisplayNames("converters");
        yield return new TestCaseData(new Extended()).SetArgDisplayNames("extension data");
        yield return new TestCaseData(new Populated()).SetArgDisplayNames("a list that is filled");
        yield return new TestCaseData(new Box<IReadOnlyDictionary<string, IEnumerable<int?>>>(new Dictionary<string, IEnumerable<int?>>(StringComparer.Ordinal))).SetArgDisplayNames("collection interfaces");
        yield return new TestCaseData(new Box<KeyValuePair<int, Tuple<int, string>>>(new(1, new(1, "a")))).SetArgDisplayNames("pairs and tuple classes");
        yield return new TestCaseData(new { Id = 1, Inner = new { Name = "a" } }).SetArgDisplayNames("an anonymous class");
        yield return new TestCaseData(new Box<Included>(new Included())).SetArgDisplayNames("included setters");
        yield return new TestCaseData(new Recursive(new Recursive(null, 1), 2)).SetArgDisplayNames("a class within itself");
        yield return new TestCaseData(new Box<Uri>(new Uri("https://example.org"))).SetArgDisplayNames("what System.Text.Json converts itself");
    }

    [TestCaseSource(nameof(Refused))]
    public void What_would_not_come_back_is_refused_by_its_class(object payload, string path, string reason)
    {
        var refusal = Assert.Throws<PayloadException>(() => new PayloadSerializer(new PayloadOptions()).Write(payload))!;
        Assert.That(refusal.Field, Is.EqualTo(path));
        Assert.That(refusal.Reason, Does.Contain(reason));
    }

    [TestCaseSource(nameof(Accepted))]
    public void What_comes_back_is_written(object payload) =>
        Assert.That(() => new PayloadSerializer(new PayloadOptions()).Write(payload), Throws.Nothing);

    [Test]
    public void Fields_are_data_where_the_users_options_say_so() => Assert.That(
        System.Text.Encoding.UTF8.GetString(new PayloadSerializer(new PayloadOptions { Json = new JsonSerializerOptions { IncludeFields = true } }).Write(new Field { Amount = 7 })),
        Is.EqualTo("""{"Amount":7}"""));

    [Test]
    public void An_object_is_data_where_a_converter_of_the_users_reads_it()
    {
        var json = new JsonSerializerOptions { Converters = { new AnyConverter() } };
        Assert.That(() => new PayloadSerializer(new PayloadOptions { Json = json }).Write(new Box<object>("a")), Throws.Nothing);
    }

    private static TestCaseData Case(string name, object payload, string path, string reason) =>
        new TestCaseData(payload, path, reason).SetArgDisplayNames(name);

    private interface INode;

    private sealed class Field
    {
        public int Amount;
    }

    private struct Point
    {
        public int X;

        public readonly int Twice => X * 2;
    }

    private abstract record Node;

    private sealed record Leaf : Node;

    private sealed record Box<T>(T Value);

    private sealed class Renamed(int amount)
    {
        public int Total { get; } = amount;
    }

    private sealed class TwoWays
    {
        public TwoWays(int a) => A = a;

        public TwoWays(int a, int b) => A = a + b;

        public int A { get; }
    }

    private sealed class Guarded
    {
        public Guarded()
        {
        }

        public Guarded(int amount) => Amount = amount;

        public int Amount { get; private set; }
    }

    private sealed class Basket
    {
        public List<string> Lines { get; } = [];
    }

    private sealed class IgnoredField
    {
        [JsonIgnore]
        public int Amount = 1;
    }

    private sealed class IncludedField
    {
        [JsonInclude]
        public int Amount;
    }

    private sealed class Computed
    {
        private readonly int _state = 1;

        public int Amount { get; set; }

        public int Twice => Amount * 2;

        public object Any => _state;

        public List<int> Several => [Amount, Internal];

        public string Kind { get; } = "computed";

        internal int Internal { get; set; }
    }

    private sealed class Loose
    {
        public JsonElement Element { get; set; }

        public JsonNode? Node { get; set; }

        public JsonObject? Object { get; set; }
    }

    private sealed record Converted([property: JsonConverter(typeof(NodeConverter))] Node Node, [property: JsonConverter(typeof(AnyConverter))] object Any);

    private sealed class Extended
    {
        [JsonExtensionData]
        public Dictionary<string, object>? More { get; set; }
    }

    private sealed class Populated
    {
        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public List<string> Lines { get; } = [];
    }

    private sealed class Included
    {
        [JsonInclude]
        public int Amount { get; private set; } = 1;
    }

    private sealed record Recursive(Recursive? Inner, int Depth);

    private sealed class NodeConverter : JsonConverter<Node>
    {
        public override Node Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new Leaf();

        public override void Write(Utf8JsonWriter writer, Node value, JsonSerializerOptions options) => writer.WriteNullValue();
    }

    private sealed class AnyConverter : JsonConverter<object>
    {
        public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }
}
