using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PgQueue.Payloads;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class PayloadTextProperties
{
    private static readonly PayloadSerializer Serializer = new(new PayloadOptions());

    /// <summary>Texts of code units picked where things go wrong: halves of pairs, whole pairs, NUL, U+FFFD, escapes.</summary>
    private static Arbitrary<string> Texts => Gen.OneOf(
            Gen.Elements("\ud83d", "\ude00", "\ud83d\ude00", "\0", "\ufffd", "\\u0000", "\\uFFFD", "\\", "\"", "\ufffe", "\u2028"),
            Gen.Choose(0, 0xFFFF).Select(unit => ((char)unit).ToString()),
            Gen.Choose(0x20, 0x7E).Select(unit => ((char)unit).ToString()))
        .ListOf()
        .Select(string.Concat)
        .ToArbitrary();

    [Test]
    public void Well_formed_text_comes_back_and_any_other_is_refused() =>
        Prop.ForAll(Texts, text => IsStorable(text) == ComesBack(text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true));

    [Test]
    public void Cleaned_text_is_always_storable_and_within_its_limit() =>
        Prop.ForAll(Texts, Gen.Choose(0, 40).ToArbitrary(), (text, limit) =>
            {
                var clean = ErrorText.Clean(text, limit);
                return IsStorable(clean) && Encoding.UTF8.GetByteCount(clean) <= limit && ErrorText.Clean(clean, limit).Equals(clean, StringComparison.Ordinal);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true));

    [Test]
    public void Well_formed_headers_come_back() =>
        Prop.ForAll(Texts, text => !IsStorable(text)
                || HeaderCodec.Read(HeaderCodec.Write(new Dictionary<string, string> { [text] = text })).SequenceEqual([KeyValuePair.Create(text, text)]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));

    private static bool ComesBack(string text)
    {
        try
        {
            var json = Serializer.Write(new Dictionary<string, string> { [text] = text });
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.SequenceEqual([KeyValuePair.Create(text, text)]);
        }
        catch (PayloadException)
        {
            return false;
        }
    }

    private static bool IsStorable(string text)
    {
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
            return !text.Contains('\0');
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
