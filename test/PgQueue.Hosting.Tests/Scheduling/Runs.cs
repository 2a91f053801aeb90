using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests.Scheduling;

/// <summary>What a schedule's handler saw.</summary>
internal sealed class Runs
{
    private readonly ConcurrentQueue<ScheduledRun> _seen = new();

    public IReadOnlyList<ScheduledRun> Seen => [.. _seen];

    /// <summary>Adds a handler of <see cref="Work"/> that notes its run.</summary>
    public IPgQueueBuilder On(IPgQueueBuilder builder) => builder.OnWork((_, context, _) =>
    {
        _seen.Enqueue(context.Schedule!);
        return Task.CompletedTask;
    });

    public Task UntilAsync(int count) => Signals.UntilAsync(
        () => Task.FromResult(_seen.Count >= count), () => Task.FromResult($"{_seen.Count} of {count} runs: {string.Join("; ", _seen)}"));
}
