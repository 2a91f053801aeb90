using System.Collections.Frozen;
using PgQueue.Client;

namespace PgQueue.Tests.Client;

[Parallelizable(ParallelScope.Children)]
internal sealed class EnqueueOptionsValidatorTests
{
    private const string Half = "a\ud800";

    private static IEnumerable<TestCaseData> Refused()
    {
        foreach (var (name, queue) in new[]
        {
            ("A38 empty", ""), ("A40 newline", "a\nb"), ("A40 semicolon", "a;b"), ("A40 quote", "a'b"), ("A40 double quote", "a\"b"), ("A40 path", "../a"),
            ("A40 NUL", "a\0b"), ("A40 emoji", "😀"), ("A40 Turkish İ", "İ"), ("A40 Turkish ı", "ı"), ("A40 trailing space", "a "), ("A40 upper case", "I"),
            ("A40 half of a pair", Half), ("A40 65 characters", new string('a', 65)), ("A40 star", "a*"),
        })
            yield return Case($"{name} queue", new EnqueueOptions { Queue = queue }, "Queue", "1 to 64");
        yield return Case("A41 type that differs by case", new EnqueueOptions { Type = "Send-receipt" }, "Type", "'Send-receipt'");
        yield return Case("A41 empty type", new EnqueueOptions { Type = "" }, "Type", "empty");
        yield return Case("A41 129 characters", new EnqueueOptions { Type = new string('a', 129) }, "Type", "1 to 128");
        yield return Case("A37 key of 1 MiB", Key(new string('k', 1 << 20)), "DeduplicationKey", "1048576 bytes");
        yield return Case("A37 key of 257 bytes", Key(new string('é', 128) + "a"), "DeduplicationKey", "257 bytes");
        yield return Case("A37 empty key", Key(""), "DeduplicationKey", "0 bytes");
        yield return Case("A40 NUL in the key", Key("a\0"), "DeduplicationKey", "NUL");
        yield return Case("A5 half of a pair in the key", Key("😀\ud800"), "DeduplicationKey", "surrogate");
        yield return Case("A7 reversed pair in the key", Key("\ude00\ud83d"), "DeduplicationKey", "surrogate");
        yield return Case("A46 RunAt MinValue", new EnqueueOptions { RunAt = DateTimeOffset.MinValue }, "RunAt", "0001-01-01T");
        yield return Case("A46 RunAt MaxValue", new EnqueueOptions { RunAt = DateTimeOffset.MaxValue }, "RunAt", "9999-12-31T");
        yield return Case("A46 RunAt in 1999", new EnqueueOptions { RunAt = Instant(2000, TimeSpan.FromHours(1)) }, "RunAt", "1999-12-31T23");
        yield return Case("A47 RunAt in 9001", new EnqueueOptions { RunAt = Instant(9001, TimeSpan.Zero) }, "RunAt", "2000 to 9000");
        yield return Case("A46 both RunAt and Delay", new EnqueueOptions { RunAt = Instant(2030, TimeSpan.Zero), Delay = TimeSpan.Zero }, "RunAt", "Delay");
        yield return Case("A46 negative delay", new EnqueueOptions { Delay = TimeSpan.FromTicks(-1) }, "Delay", "-00:00:00.0000001");
        yield return Case("A46 delay MaxValue", new EnqueueOptions { Delay = TimeSpan.MaxValue }, "Delay", "10 years");
        foreach (var attempts in new[] { 0, -1, 1001, 32_768, int.MaxValue })
            yield return Case($"A49 {attempts} attempts", new EnqueueOptions { MaxAttempts = attempts }, "MaxAttempts", "1 to 1000");
        foreach (var priority in new[] { -101, 101, int.MinValue, int.MaxValue })
            yield return Case($"A50 priority {priority}", new EnqueueOptions { Priority = priority }, "Priority", "-100 to 100");
        foreach (var timeout in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(9), TimeSpan.FromMilliseconds(-2), TimeSpan.FromDays(21), TimeSpan.MinValue })
            yield return Case($"timeout {timeout:c}", new EnqueueOptions { Timeout = timeout }, "Timeout", "20 days");
        yield return Case("unknown scope", Key("k") with { DeduplicationScope = (DeduplicationScope)9 }, "DeduplicationScope", "9");
        yield return Case("unset scope", Key("k") with { DeduplicationScope = 0 }, "DeduplicationScope", "0");
        yield return Case("unknown duplicate action", Key("k") with { OnDuplicate = (DuplicateAction)2 }, "OnDuplicate", "2");
        yield return Case("scope without its period", Key("k") with { DeduplicationScope = DeduplicationScope.Period }, "DeduplicationPeriod", "missing");
        yield return Case("period without its scope", Key("k") with { DeduplicationPeriod = TimeSpan.FromHours(1) }, "DeduplicationPeriod", "UntilFinished");
        yield return Case("period too short", Period(TimeSpan.FromMilliseconds(999)), "DeduplicationPeriod", "1 second");
        yield return Case("period too long", Period(TimeSpan.FromDays(3661)), "DeduplicationPeriod", "10 years");
        yield return Case("scope without a key", new EnqueueOptions { DeduplicationScope = DeduplicationScope.UntilStarted }, "DeduplicationKey", "missing");
        yield return Case("replace without a key", new EnqueueOptions { OnDuplicate = DuplicateAction.Replace }, "DeduplicationKey", "missing");
        yield return Case("65 headers", Headers(Enumerable.Range(0, 65).Select(i => ($"h{i}", "v"))), "Headers", "65");
        yield return Case("empty header name", Headers([("", "v")]), "Headers", "0 characters");
        yield return Case("long header name", Headers([(new string('n', 129), "v")]), "Headers", "129");
        yield return Case("NUL in a header name", Headers([("a\0", "v")]), "Headers", "NUL");
        yield return Case("half of a pair in a header name", Headers([(Half, "v")]), "Headers", "surrogate");
        yield return Case("header without a value", Headers([("a", null!)]), "Headers", "'a' is null");
        yield return Case("long header value", Headers([("a", new string('v', 4097))]), "Headers", "4097");
        yield return Case("NUL in a header value", Headers([("a", "v\0")]), "Headers", "NUL");
        yield return Case("half of a pair in a header value", Headers([("a", Half)]), "Headers", "surrogate");
        yield return Case("empty id", new EnqueueOptions { JobId = Guid.Empty }, "JobId", "Guid.Empty");
    }

    private static IEnumerable<TestCaseData> Accepted()
    {
        yield return Case("the defaults", new EnqueueOptions());
        yield return Case("longest names", new EnqueueOptions { Type = new string('a', 128), Queue = new string('9', 64) });
        yield return Case("all name characters", new EnqueueOptions { Type = "a.b_c:d-9", Queue = "i.x" });
        yield return Case("numbers at their lower ends", new EnqueueOptions { Priority = -100, MaxAttempts = 1, Delay = TimeSpan.Zero, Timeout = TimeSpan.FromMilliseconds(10) });
        yield return Case("numbers at their upper ends", new EnqueueOptions { Priority = 100, MaxAttempts = 1000, Delay = TimeSpan.FromDays(3652), Timeout = TimeSpan.FromDays(20) });
        yield return Case("no timeout", new EnqueueOptions { Timeout = Timeout.InfiniteTimeSpan });
        yield return Case("RunAt in 2000", new EnqueueOptions { RunAt = Instant(2000, TimeSpan.Zero) });
        yield return Case("RunAt in 9000", new EnqueueOptions { RunAt = Instant(9001, TimeSpan.Zero).AddTicks(-1) });
        yield return Case("A44 RunAt with an offset", new EnqueueOptions { RunAt = Instant(2030, TimeSpan.FromHours(5.75)) });
        yield return Case("A37 key of 256 bytes", Key(new string('é', 128)));
        yield return Case("A10 emoji in the key", Key("👩‍👩‍👧‍👦\ufffd\uffff"));
        yield return Case("shortest period", Period(TimeSpan.FromSeconds(1)));
        yield return Case("while retained", Key("k") with { DeduplicationScope = DeduplicationScope.WhileRetained, OnDuplicate = DuplicateAction.Replace });
        yield return Case("64 headers", Headers(Enumerable.Range(0, 64).Select(i => (new string((char)(0x41 + i), 128), "v"))));
        yield return Case("longest header value", Headers([("a", new string('v', 4096))]));
    }

    [TestCaseSource(nameof(Refused))]
    public void What_is_out_of_range_is_refused_by_name(EnqueueOptions options, string field, string message) =>
        AssertRefused(options, field, message);

    [TestCaseSource(nameof(Refused))]
    [SetCulture("tr-TR")]
    public void Refusals_are_the_same_in_Turkish(EnqueueOptions options, string field, string message) =>
        AssertRefused(options, field, message);

    [TestCaseSource(nameof(Refused))]
    [SetCulture("ar-SA")]
    public void Refusals_are_the_same_in_Arabic(EnqueueOptions options, string field, string message) =>
        AssertRefused(options, field, message);

    [TestCaseSource(nameof(Accepted))]
    public void What_is_in_range_passes(EnqueueOptions options) =>
        Assert.That(() => EnqueueOptionsValidator.Check(options), Throws.Nothing);

    [TestCaseSource(nameof(Accepted))]
    [SetCulture("tr-TR")]
    public void What_is_in_range_passes_in_Turkish(EnqueueOptions options) =>
        Assert.That(() => EnqueueOptionsValidator.Check(options), Throws.Nothing);

    [Test]
    public void Headers_of_any_dictionary_are_checked() =>
        Assert.That(
            () => EnqueueOptionsValidator.Check(new EnqueueOptions { Headers = new Dictionary<string, string> { ["a"] = "\0" }.ToFrozenDictionary() }),
            Throws.TypeOf<InvalidJobException>());

    [TestCase("A40 a value never shows its secrets")]
    public void The_value_of_a_key_or_header_is_not_in_the_message(string name)
    {
        var key = Assert.Throws<InvalidJobException>(() => EnqueueOptionsValidator.Check(Key("secret\0")));
        var header = Assert.Throws<InvalidJobException>(() => EnqueueOptionsValidator.Check(Headers([("a", "secret\0")])));
        Assert.That(key!.Message + header!.Message, Does.Not.Contain("secret"), name);
    }

    [Test]
    public void Valid_options_are_checked_without_allocating()
    {
        var options = Headers([("tenant", "a"), ("culture", "tr-TR")]) with
        {
            Type = "a", Queue = "b", RunAt = Instant(2030, TimeSpan.Zero), Timeout = TimeSpan.FromSeconds(1), MaxAttempts = 3, JobId = Guid.NewGuid(),
            DeduplicationKey = "😀", DeduplicationScope = DeduplicationScope.Period, DeduplicationPeriod = TimeSpan.FromHours(1),
        };

        // Code that is not yet optimised boxes vectors, hence the polling.
        Assert.That(() => Allocated(options), Is.LessThan(1000).After(10_000, 100));
    }

    private static long Allocated(EnqueueOptions options)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            EnqueueOptionsValidator.Check(options);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void AssertRefused(EnqueueOptions options, string field, string message)
    {
        var refusal = Assert.Throws<InvalidJobException>(() => EnqueueOptionsValidator.Check(options));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal!.Field, Is.EqualTo(field));
            Assert.That(refusal.Message, Does.Contain(message).And.Not.Match("[\0\n]").And.Length.LessThan(300));
        }
    }

    private static TestCaseData Case(string name, EnqueueOptions options, string field, string message) =>
        new TestCaseData(options, field, message).SetArgDisplayNames(name);

    private static TestCaseData Case(string name, EnqueueOptions options) => new TestCaseData(options).SetArgDisplayNames(name);

    private static EnqueueOptions Key(string key) => new() { DeduplicationKey = key };

    private static EnqueueOptions Period(TimeSpan period) =>
        Key("k") with { DeduplicationScope = DeduplicationScope.Period, DeduplicationPeriod = period };

    private static EnqueueOptions Headers(IEnumerable<(string Name, string Value)> headers) =>
        new() { Headers = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal) };

    private static DateTimeOffset Instant(int year, TimeSpan offset) => new(year, 1, 1, 0, 0, 0, offset);
}
