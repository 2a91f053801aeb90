using PgQueue.Payloads;

namespace PgQueue.Tests.Payloads;

[Parallelizable(ParallelScope.Children)]
internal sealed class PayloadSizeTests
{
    private const int Limit = 256 * 1024;
    private static readonly PayloadSerializer Serializer = new(new PayloadOptions());

    [Test]
    public void A35_a_payload_of_exactly_the_limit_is_written() =>
        Assert.That(Serializer.Write(Text(Limit)), Has.Length.EqualTo(Limit));

    [TestCase(Limit + 1, "262,145", TestName = "A35 limit + 1")]
    [TestCase(10 * 1024 * 1024, "10,485,760", TestName = "A35 10 MiB")]
    [TestCase(100 * 1024 * 1024, "more than 262,144", TestName = "A35 100 MiB")]
    [TestCase(300 * 1024 * 1024, "more than 262,144", TestName = "A35 300 MiB")]
    public void A_larger_payload_is_refused_with_its_size_and_the_limit(int bytes, string size)
    {
        var refusal = Assert.Throws<PayloadException>(() => Serializer.Write(Text(bytes)));
        Assert.That(refusal!.Message, Does.Contain(size).And.Contain("262,144").And.Contain("Payload:MaxBytes").And.Not.Contain("xxx"));
    }

    [Test]
    [CancelAfter(30_000)]
    public void A35_a_sequence_without_end_is_stopped()
    {
        var refusal = Assert.Throws<PayloadException>(() => Serializer.Write(Forever()));
        Assert.That(refusal!.Reason, Does.Contain("more than"));
    }

    [Test]
    [SetCulture("ar-SA")]
    public void Sizes_are_written_the_same_in_every_culture() =>
        Assert.That(() => Serializer.Write(Text(Limit + 1)), Throws.TypeOf<PayloadException>().With.Message.Contains("262,145"));

    [Test]
    public void Writing_allocates_little_more_than_the_bytes()
    {
        var serializer = new PayloadSerializer(new PayloadOptions());
        // A flat one: for a nested one the serializer allocates a stack of its own.
        var payload = new PayloadSamples.Precise(1, 2, 3);
        var size = serializer.Write(payload).Length;

        // Code that is not yet optimised boxes vectors, hence the polling.
        Assert.That(() => Allocated(serializer, payload), Is.LessThanOrEqualTo(size + 64).After(10_000, 100));
    }

    private static long Allocated(PayloadSerializer serializer, object payload)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            serializer.Write(payload);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
    }

    private static string Text(int bytes) => new('x', bytes - 2);

    private static IEnumerable<int> Forever()
    {
        while (true)
            yield return 7;
    }
}
