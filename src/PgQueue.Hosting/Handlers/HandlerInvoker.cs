using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Handlers;

/// <summary>Calls one handler class without reflection: the payload's and the handler's types are known when it is made.</summary>
internal abstract class HandlerInvoker
{
    /// <summary>Reads a stored payload. Throws <see cref="JsonException"/> on what does not fit, and returns null for JSON null.</summary>
    public abstract object? Read(ReadOnlySpan<byte> json, JsonTypeInfo typeInfo);

    public abstract Task InvokeAsync(JobContext context, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class HandlerInvoker<TPayload, THandler> : HandlerInvoker
    where TPayload : notnull
    where THandler : class, IJobHandler<TPayload>
{
    public override object? Read(ReadOnlySpan<byte> json, JsonTypeInfo typeInfo) =>
        JsonSerializer.Deserialize(json, (JsonTypeInfo<TPayload>)typeInfo);

    public override Task InvokeAsync(JobContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<THandler>().HandleAsync((TPayload)context.Payload, context, cancellationToken);
}
