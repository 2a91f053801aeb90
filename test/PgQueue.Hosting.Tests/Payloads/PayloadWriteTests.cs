using System.Text;
using System.Text.Json;
using PgQueue.Payloads;
using static PgQueue.Tests.Payloads.PayloadSamples;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class PayloadWriteTests
{
    private static readonly PayloadSerializer Serializer = new(new PayloadOptions { MaxBytes = 10 * 1024 * 1024 });

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("A1 null payload", (object?)null, "$", "null");
        yield return Case("A4 NUL nested in an array", new Order(1, new Customer("a", ["b", "c", "a\0b"])), "$.customer.names[2]", "NUL");
        yield return Case("A4 NUL in a char", new Letter('\0'), "$.value", "NUL");
        yield return Case("A4 NUL in a dictionary key", new Box<Dictionary<string, int>>(new() { ["a"] = 1, ["x\0y"] = 2 }), "$.value['x\\u0000y']", "NUL");
        yield return Case("A4 NUL after an escaped backslash", new Text("\\\0"), "$.value", "NUL");
        yield return Case("A4 NUL in a text that is the payload", "\0", "$", "NUL");
        yield return Case("A5 lone high surrogate", new Text("a\ud800b"), "$.value", "surrogate");
        yield return Case("A5 lone high surrogate at the end", new Text("a\ud800"), "$.value", "surrogate");
        yield return Case("A5 lone low surrogate", new Text("\udc00"), "$.value", "surrogate");
        yield return Case("A5 lone surrogate in a char", new Letter('\ud800'), "$.value", "surrogate");
        yield return Case("A5 lone surrogate in a dictionary key", new Box<Dictionary<string, int>>(new() { ["\ud800"] = 1 }), "$.value['\\uFFFD']", "surrogate");
        yield return Case("A5 lone surrogate beside a real U+FFFD", new Box<string[]>(["\ufffd", "\ufffd\ud800"]), "$.value[1]", "surrogate");
        yield return Case("A5 lone surrogate in a JSON node", new Box<System.Text.Json.Nodes.JsonNode>(new System.Text.Json.Nodes.JsonObject { ["a"] = "\ud800" }), "$.value.a", "surrogate");
        yield return Case("A7 reversed pair", new Text("\ude00\ud83d"), "$.value", "surrogate");
        yield return Case("A11 NaN", new Numbers([1, 2, double.NaN]), "$.values[2]", "infinity");
        yield return Case("A11 infinity", new Numbers([double.NegativeInfinity]), "$.values[0]", "infinity");
        yield return Case("A17 depth 65", Nested(65), "$.next.next", "deeper than 64");
        yield return Case("A19 cyclic graph", Cycle(), "$.next.next", "contains itself");
        yield return Case("A20 self-referencing dictionary", SelfReferencing(), "$.self.self", "contains itself");
        yield return Case("A22 delegate", new WithDelegate { Callback = () => { } }, "$.callback", "not supported");
        yield return Case("A22 delegate as the payload", () => { }, "$", "not supported");
        yield return Case("A23 CancellationToken", new WithToken(), "$.token", "CancellationToken is not data");
        yield return Case("A23 Task", new Box<Task>(Task.CompletedTask), "$.value", "not data");
        yield return Case("A23 Stream", new Box<MemoryStream[]>([new MemoryStream()]), "$.value[0]", "MemoryStream is not data");
        yield return Case("A23 Type", new Box<Type>(typeof(int)), "$.value", "not supported");
        yield return Case("A25 getter that throws", new Throwing(), "$.total", "its getter threw InvalidOperationException");
        yield return Case("A25 getter that throws deep inside", new Box<Holder[]>([new Holder()]), "$.value[0].inner.total", "its getter threw");
        yield return Case("A25 sequence that throws", new Box<IEnumerable<int>>(Endless(3)), "$.value[3]", "threw FormatException");
        yield return Case("A26 converter that throws", new Converted("secret"), "$.value", "threw JsonException");
        yield return Case("A26 null where none is allowed", new Text(null!), "$.value", "null");
    }

    private static IEnumerable<TestCaseData> Accepted()
    {
        yield return new TestCaseData("\ufffe\uffff").SetArgDisplayNames("A8 U+FFFE and U+FFFF");
        yield return new TestCaseData("👩‍👩‍👧‍👦").SetArgDisplayNames("A10 emoji ZWJ sequence");
        yield return new TestCaseData("a\ufffdb").SetArgDisplayNames("A5 a real U+FFFD");
        yield return new TestCaseData("\\u0000 \\uFFFD \\\\u0000").SetArgDisplayNames("A4 the escape as plain text");
        yield return new TestCaseData("<>&'\"\u2028\u0001\u007fİıß").SetArgDisplayNames("A10 what HTML and JSON escape");
        yield return new TestCaseData("").SetArgDisplayNames("empty");
    }

    [TestCaseSource(nameof(Refused))]
    public void What_would_not_come_back_is_refused_with_its_path_and_without_its_value(object? payload, string path, string reason)
    {
        var refusal = Assert.Throws<PayloadException>(() => Serializer.Write(payload));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal!.Field, path.EndsWith(".next", StringComparison.Ordinal) || path.EndsWith(".self", StringComparison.Ordinal) ? Does.StartWith(path) : Is.EqualTo(path));
            Assert.That(refusal.Reason, Does.Contain(reason));
            Assert.That(refusal.Message, Does.Not.Contain("secret").And.Length.LessThan(500));
        }
    }

    [TestCaseSource(nameof(Accepted))]
    public void Text_comes_back_exactly(string text)
    {
        var json = Serializer.Write(new Dictionary<string, string> { [text] = text });
        var back = JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
        Assert.That(back.Single(), Is.EqualTo(KeyValuePair.Create(text, text)));
    }

    [TestCase(64, TestName = "A17 depth 64")]
    public void The_deepest_allowed_nesting_is_written(int depth) =>
        Assert.That(Serializer.Write(Nested(depth)), Is.Not.Empty);

    [Test(Description = "A14, A16")]
    public void A14_A16_decimals_and_negative_zero_are_written_exactly() =>
        Assert.That(
            Encoding.UTF8.GetString(Serializer.Write(new Precise(7.9228162514264337593543950335m, -0.0, float.Epsilon))),
            Is.EqualTo("""{"amount":7.9228162514264337593543950335,"rate":-0,"share":1E-45}"""));

    [Test]
    public void A22_a_delegate_that_is_null_is_no_obstacle() =>
        Assert.That(Encoding.UTF8.GetString(Serializer.Write(new WithDelegate())), Is.EqualTo("""{"callback":null}"""));

    [Test]
    public void A_derived_class_is_written_with_the_discriminator_its_base_declares() =>
        Assert.That(Encoding.UTF8.GetString(Serializer.Write(new Circle(2))), Is.EqualTo("""{"$type":"circle","radius":2}"""));

    [Test]
    public void After_a_refusal_the_next_payload_is_written_as_if_nothing_had_been()
    {
        var serializer = new PayloadSerializer(new PayloadOptions());
        var before = serializer.Write(new Text("ä"));
        Assert.That(() => serializer.Write(new Throwing()), Throws.TypeOf<PayloadException>());
        Assert.That(() => serializer.Write(new Text(new string('x', 1_000_000))), Throws.TypeOf<PayloadException>());
        Assert.That(serializer.Write(new Text("ä")), Is.EqualTo(before));
    }

    [Test]
    public void Many_threads_share_one_serializer() =>
        Assert.That(
            ParallelEnumerable.Range(0, 20_000).Select(i => (i, json: Serializer.Write(new Box<int>(i)))).Where(x => !Encoding.UTF8.GetString(x.json).Equals($$"""{"value":{{x.i}}}""", StringComparison.Ordinal)),
            Is.Empty);

    private static TestCaseData Case(string name, object? payload, string path, string reason) =>
        new TestCaseData(payload, path, reason).SetArgDisplayNames(name);

    private static TestCaseData Case(string name, Action payload, string path, string reason) => Case(name, (object)payload, path, reason);

    private static Node Nested(int depth)
    {
        var node = new Node();
        for (var i = 1; i < depth; i++)
            node = new Node { Next = node };
        return node;
    }

    private static Node Cycle()
    {
        var node = new Node();
        node.Next = node;
        return node;
    }

    private static Tree SelfReferencing()
    {
        var self = new Tree();
        self["self"] = self;
        return self;
    }

    private static IEnumerable<int> Endless(int failAt)
    {
        for (var i = 0; ; i++)
            yield return i < failAt ? i : throw new FormatException("secret");
    }
}
