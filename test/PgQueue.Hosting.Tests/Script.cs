using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Tests;

/// <summary>What a test wants its handler to do.</summary>
internal sealed class Script<TPayload>(Func<TPayload, JobContext, CancellationToken, Task> run)
{
    public Task RunAsync(TPayload payload, JobContext context, CancellationToken cancellationToken) => run(payload, context, cancellationToken);
}

/// <summary>A handler that does what the test says.</summary>
internal sealed class ScriptHandler<TPayload>(Script<TPayload> script) : IJobHandler<TPayload>
{
    public Task HandleAsync(TPayload payload, JobContext context, CancellationToken cancellationToken) =>
        script.RunAsync(payload, context, cancellationToken);
}

/// <summary>The payload of most tests.</summary>
internal sealed record Work(string Name);

/// <summary>Another one.</summary>
internal sealed record Errand(int Number);

internal static class ScriptExtensions
{
    public static IPgQueueBuilder On<TPayload>(
        this IPgQueueBuilder builder, Func<TPayload, JobContext, CancellationToken, Task> run, string? type = null, Action<HandlerOptions>? configure = null)
        where TPayload : notnull
    {
        builder.Services.AddSingleton(new Script<TPayload>(run));
        return builder.AddHandler<TPayload, ScriptHandler<TPayload>>(type, configure);
    }

    public static IPgQueueBuilder OnWork(this IPgQueueBuilder builder, Func<Work, JobContext, CancellationToken, Task> run, Action<HandlerOptions>? configure = null) =>
        builder.On(run, type: null, configure);

    /// <summary>A handler that does nothing.</summary>
    public static IPgQueueBuilder OnWork(this IPgQueueBuilder builder) => builder.OnWork(static (_, _, _) => Task.CompletedTask);
}
