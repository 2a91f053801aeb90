using System.Text;
using System.Text.Json;
using PgQueue.Handlers;
using PgQueue.Payloads;
using static PgQueue.Tests.Payloads.PayloadSamples;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class PayloadReadTests
{
    private static readonly PayloadSerializer Serializer = new(new PayloadOptions());

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case<Text>("A28 no bytes", "", "$");
        yield return Case<Text>("A29 truncated", """{"value":"a""", "$.value");
        yield return Case<Text>("A31 trailing data", """{"value":"a"}{}""", "$");
        yield return Case<Text>("A32 comment", """{"value":"a"/**/}""", "$");
        yield return Case<Text>("A32 trailing comma", """{"value":"a",}""", "$");
        yield return Case<Text>("A32 duplicate property", """{"value":"a","value":"b"}""", "$");
        yield return Case<Text>("A32 duplicate property that differs by case", """{"value":"a","VALUE":"b"}""", "$");
        yield return Case<Text>("A5 half of a surrogate pair", """{"value":"\ud800"}""", "$");
        yield return Case<Numbers>("A13 1e400 into double", """{"values":[1,1e400]}""", "$.values[1]");
        yield return Case<Numbers>("A13 309 digits into double", $$"""{"values":[{{new string('9', 310)}}]}""", "$.values[0]");
        yield return Case<Precise>("A13 1e39 into float", """{"amount":1,"rate":1e39,"share":1e39}""", "$.share");
        yield return Case<Precise>("A13 1e400 into decimal", """{"amount":1e400,"rate":1,"share":1}""", "$.amount");
        yield return Case<Order>("A13 99999999999 into int", """{"id":99999999999,"customer":null}""", "$.id");
        yield return Case<Order>("A13 number in a text", """{"id":"1"}""", "$.id");
        yield return Case<Node>("A17 depth 65", Nested(65), "$.next");
        yield return Case<Text>("A1 JSON null", "null", "$");
        yield return Case<Text>("A1 JSON null in a property", """{"value":null}""", "$");
        yield return Case<Text>("E169 missing constructor parameter", "{}", "$");
        yield return Case<Optional>("E169 missing required property", """{"name":"a"}""", "$");
        yield return Case<Painted>("E172 unknown enum", """{"colour":"Purple"}""", "$.colour");
        yield return Case<Setter>("setter that throws", """{"value":5}""", "$");
        yield return Case<Converted>("A26 converter that throws", """{"value":"hidden"}""", "$.value");
        yield return Case<Text>("wrong shape", "[1]", "$");
    }

    private static IEnumerable<TestCaseData> Accepted()
    {
        yield return Case<Text>("E170 extra property", """{"value":"a","more":[1e400]}""", new Text("a"));
        yield return Case<Text>("E173 $type is ignored", """{"$type":"System.IO.FileInfo, System.IO","value":"a"}""", new Text("a"));
        yield return Case<Text>("A10 emoji, escaped", """{"value":"\ud83d\ude00"}""", new Text("😀"));
        yield return Case<Precise>("A13 1e39 into double", """{"amount":1,"rate":1e39,"share":1}""", new Precise(1, 1e39, 1));
        yield return Case<Precise>("A14 decimal max", """{"amount":79228162514264337593543950335,"rate":-0,"share":1}""", new Precise(decimal.MaxValue, -0.0, 1));
        yield return Case<Shape>("declared polymorphism", """{"$type":"circle","radius":3}""", new Circle(3));
    }

    [TestCaseSource(nameof(Refused))]
    public void What_does_not_fit_is_refused_with_its_path_and_without_its_value(HandlerInvoker invoker, Type type, string json, string path)
    {
        var refusal = Assert.Throws<PayloadException>(() => Serializer.Read(Encoding.UTF8.GetBytes(json), type, invoker));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal!.Field, Does.StartWith(path));
            Assert.That(refusal.Message, Does.Not.Contain("secret").And.Not.Contain("hidden").And.Length.LessThan(600));
        }
    }

    [TestCaseSource(nameof(Accepted))]
    public void What_fits_is_read(HandlerInvoker invoker, Type type, string json, object expected) =>
        Assert.That(Serializer.Read(Encoding.UTF8.GetBytes(json), type, invoker), Is.EqualTo(expected));

    [Test]
    public void A34_invalid_UTF8_is_refused()
    {
        byte[] json = [.. "{\"value\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.That(() => Serializer.Read(json, typeof(Text), Invoker<Text>()), Throws.TypeOf<PayloadException>());
    }

    [Test]
    public void A_number_too_large_says_so() =>
        Assert.That(
            () => Serializer.Read("""{"values":[1e400]}"""u8, typeof(Numbers), Invoker<Numbers>()),
            Throws.TypeOf<PayloadException>().With.Property("Reason").EqualTo("the number is too large for a double."));

    [Test]
    public void A_missing_property_is_named() =>
        Assert.That(
            () => Serializer.Read("{}"u8, typeof(Optional), Invoker<Optional>()),
            Throws.TypeOf<PayloadException>().With.Property("Reason").Contains("'id'"));

    [Test]
    public void A_registration_is_enough_to_read_by()
    {
        var handler = new HandlerRegistration
        {
            Route = "text", PayloadType = typeof(Text), HandlerType = typeof(Handler<Text>), Options = new HandlerOptions(), Invoker = Invoker<Text>(),
        };
        Assert.That(Serializer.Read("""{"value":"a"}"""u8, handler), Is.EqualTo(new Text("a")));
    }

    private static TestCaseData Case<T>(string name, string json, object expected)
        where T : notnull => new TestCaseData(Invoker<T>(), typeof(T), json, expected).SetArgDisplayNames(name);

    private static HandlerInvoker<T, Handler<T>> Invoker<T>()
        where T : notnull => new();

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("""{"next":""", depth)) + "null" + new string('}', depth);

    internal sealed class Handler<T> : IJobHandler<T>
        where T : notnull
    {
        public Task HandleAsync(T payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
