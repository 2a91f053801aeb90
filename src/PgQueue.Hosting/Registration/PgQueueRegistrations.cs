using PgQueue.Handlers;

namespace PgQueue.Registration;

/// <summary>What the builder collected for one queue, kept as named options.</summary>
internal sealed class PgQueueRegistrations
{
    public List<HandlerRegistration> Handlers { get; } = [];

    public List<MiddlewareRegistration> Middleware { get; } = [];

    public List<ScheduleRegistration> Schedules { get; } = [];

    /// <summary>Whether this process runs jobs: it has a handler, and its queues are not set to none.</summary>
    public bool RunsWorkers(PgQueueOptions options) => Handlers.Count > 0 && options.Queues is not { Count: 0 };
}
