using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PgQueue.Registration;

namespace PgQueue.Tests.Diagnostics;

/// <summary>Keeps the spans of one queue of one host: tests run side by side, and a listener hears the whole process.</summary>
internal sealed class SpanBook : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanBook(TestHost host, ActivitySamplingResult result = ActivitySamplingResult.AllDataAndRecorded, string name = "")
    {
        var source = host.Services.GetRequiredKeyedService<QueueServices>(name).Tracer.Source;
        _listener = new ActivityListener
        {
            ShouldListenTo = s => ReferenceEquals(s, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Sent => [.. _ended.Where(a => a.Kind == ActivityKind.Producer)];

    public IReadOnlyList<Activity> Runs => [.. _ended.Where(a => a.Kind == ActivityKind.Consumer)];

    public Task UntilRunsAsync(int count) => Signals.UntilAsync(() => Runs.Count >= count, $"{count} runs ended");

    public void Dispose() => _listener.Dispose();

    public static Dictionary<string, object?> Tags(Activity span) => span.TagObjects.ToDictionary(t => t.Key, t => t.Value);

    public static object? Tag(Activity span, string name) => span.GetTagItem(name);
}
