using System.Text;
using PgQueue.Payloads;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class HeaderCodecTests
{
    [Test]
    public void No_headers_are_stored_as_nothing()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(HeaderCodec.Write(null), Is.Null);
            Assert.That(HeaderCodec.Write(new Dictionary<string, string>()), Is.Null);
            Assert.That(HeaderCodec.Read(default), Is.Empty);
        }
    }

    [Test]
    public void Headers_are_a_JSON_object() =>
        Assert.That(
            Encoding.UTF8.GetString(HeaderCodec.Write(new Dictionary<string, string> { ["tenant"] = "ä", ["culture"] = "tr-TR" })!),
            Is.EqualTo("""{"tenant":"ä","culture":"tr-TR"}"""));

    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[1]")]
    [TestCase("3")]
    [TestCase("""{"a":"b"}x""")]
    [TestCase("""{"a":"\ud800"}""")]
    [TestCase("""{"\ud800":"a"}""")]
    [TestCase("""{"a":"b",}""")]
    [TestCase("\0")]
    public void A_broken_value_has_no_headers(string stored) =>
        Assert.That(HeaderCodec.Read(Encoding.UTF8.GetBytes(stored)), Is.Empty);

    [Test]
    public void Invalid_UTF8_has_no_headers() =>
        Assert.That(HeaderCodec.Read([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]), Is.Empty);

    [Test]
    public void What_is_not_text_is_left_out_and_the_last_of_two_counts() =>
        Assert.That(
            HeaderCodec.Read("""{"a":1,"b":{"c":["d"]},"e":"f","g":null,"e":"h"}"""u8),
            Is.EqualTo(new Dictionary<string, string> { ["e"] = "h" }));
}
