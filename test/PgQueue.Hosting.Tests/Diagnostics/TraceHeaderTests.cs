using System.Diagnostics;

namespace PgQueue.Tests.Diagnostics;

/// <summary>What tracing adds to a job's headers, and when it adds nothing.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class TraceHeaderTests
{
    private static readonly Dictionary<string, string> Own = new() { ["tenant"] = "a" };

    [Test]
    public async Task Nobody_listens_and_nothing_is_added()
    {
        await using var host = await StartAsync();
        Assert.That(await HeadersAsync(host, null), Is.Empty);
        Assert.That(await HeadersAsync(host, Own), Is.EqualTo(Own));
        // as a web server makes one for every request, for the log's sake
        using var unsampled = new Activity("request").Start();
        Assert.That(await HeadersAsync(host, Own), Is.EqualTo(Own));
    }

    [Test]
    public async Task A_sampled_span_of_the_caller_is_carried_though_nobody_listens_to_ours()
    {
        await using var host = await StartAsync();
        using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded, TraceStateString = "vendor=1" }.Start();
        request.AddBaggage("user", "ada");
        var headers = await HeadersAsync(host, Own);
        Assert.That(headers, Is.EquivalentTo(new Dictionary<string, string> { ["tenant"] = "a", ["traceparent"] = request.Id!, ["tracestate"] = "vendor=1" }));
    }

    [Test]
    public async Task A_decision_not_to_sample_is_carried_too()
    {
        await using var host = await StartAsync();
        using var book = new SpanBook(host, ActivitySamplingResult.None);
        using var request = new Activity("request").Start();
        Assert.That((await HeadersAsync(host, null))["traceparent"], Is.EqualTo(request.Id).And.EndsWith("-00"));
        Activity.Current = null;
        Assert.That(await HeadersAsync(host, null), Is.Empty);
    }

    [Test]
    public async Task A_users_own_traceparent_is_left_alone_and_is_what_the_run_continues()
    {
        const string Theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        using var book = new SpanBook(host);
        using var request = new Activity("request") { TraceStateString = "vendor=1" }.Start();
        var own = new Dictionary<string, string> { ["traceparent"] = Theirs };
        Assert.That(await HeadersAsync(host, own), Is.EqualTo(own));
        await book.UntilRunsAsync(1);
        Assert.That(book.Runs[0].ParentId, Is.EqualTo(Theirs));
    }

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    public async Task A_traceparent_that_is_none_starts_a_trace(string text)
    {
        await using var host = await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync(), static q => q.OnWork());
        using var book = new SpanBook(host);
        await HeadersAsync(host, new Dictionary<string, string> { ["traceparent"] = text });
        await book.UntilRunsAsync(1);
        Assert.That((book.Runs[0].ParentId, SpanBook.Tag(book.Runs[0], "pgqueue.job.outcome")), Is.EqualTo(((string?)null, "succeeded")));
    }

    [TestCase("a=\0")]
    [TestCase("a=\ud800")]
    [TestCase("a=ä")]
    public async Task A_tracestate_that_cannot_be_kept_is_left_out(string state)
    {
        await using var host = await StartAsync();
        using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded, TraceStateString = state }.Start();
        Assert.That((await HeadersAsync(host, null)).Keys, Is.EqualTo(new[] { "traceparent" }));
    }

    [Test]
    public async Task A_name_of_the_package_is_refused_to_users()
    {
        await using var host = await StartAsync();
        await Assert.ThrowsAsync<InvalidJobException>(() => HeadersAsync(host, new Dictionary<string, string> { ["pgqueue-link"] = "x" }));
    }

    /// <summary>A producer alone.</summary>
    private static async Task<TestHost> StartAsync() => await TestHost.StartAsync(await TestDatabase.CreateMigratedAsync());

    private static async Task<IReadOnlyDictionary<string, string>> HeadersAsync(TestHost host, Dictionary<string, string>? own) =>
        (await host.Client.GetAsync((await host.Client.EnqueueAsync(new Work("a"), own is null ? null : new EnqueueOptions { Headers = own })).JobId))!.Headers;
}
