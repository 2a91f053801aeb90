using PgQueue.Handlers;

namespace PgQueue.Registration;

/// <summary>What the builder collected for one queue, kept as named options.</summary>
internal sealed class PgQueueRegistrations
{
    public List<HandlerRegistration> Handlers { get; } = [];

    public List<MiddlewareRegistration> Middleware { get; } = [];
}
