using Microsoft.Extensions.DependencyInjection;

namespace PgQueue.Handlers;

/// <summary>One handler with its middleware around it, composed once.</summary>
internal sealed class Route
{
    public Route(HandlerRegistration handler, IReadOnlyList<MiddlewareRegistration> middleware)
    {
        Handler = handler;
        Prefix = handler.IsPrefix ? handler.Route[..^1] : handler.Route;
        JobDelegate pipeline = handler.Invoker.InvokeAsync;
        foreach (var registration in middleware.Where(m => typeof(IJobMiddleware).IsAssignableFrom(m.Middleware)).Reverse())
            pipeline = Around(registration, pipeline);
        Pipeline = pipeline;
    }

    public HandlerRegistration Handler { get; }

    public string Prefix { get; }

    /// <summary>The middleware in order, and at last the handler.</summary>
    public JobDelegate Pipeline { get; }

    private static JobDelegate Around(MiddlewareRegistration registration, JobDelegate next)
    {
        var type = registration.Middleware;
        return (context, cancellationToken) => Applies(registration.Route, context.Type)
            ? ((IJobMiddleware)context.Services.GetRequiredService(type)).InvokeAsync(context, next, cancellationToken)
            : next(context, cancellationToken);
    }

    private static bool Applies(string? route, string type) =>
        route is null
        || (route.EndsWith('*') ? type.AsSpan().StartsWith(route.AsSpan(0, route.Length - 1), StringComparison.Ordinal) : string.Equals(route, type, StringComparison.Ordinal));
}
