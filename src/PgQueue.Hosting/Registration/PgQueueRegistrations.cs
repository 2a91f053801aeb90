using PgQueue.Handlers;

namespace PgQueue.Registration;

/// <summary>What the builder collected for one queue, kept as named options.</summary>
internal sealed class PgQueueRegistrations
{
    public List<HandlerRegistration> Handlers { get; } = [];

    /// <summary>What an assembly scan found for payloads that have no type name of their own, and nobody has added by name yet.</summary>
    public List<(Type Payload, Type Handler)> Nameless { get; } = [];

    public List<MiddlewareRegistration> Middleware { get; } = [];

    public List<ScheduleRegistration> Schedules { get; } = [];

    /// <summary>Adds a handler. One that was added by name and one that a scan found are the same handler, whichever came first.</summary>
    public void Add(HandlerRegistration added)
    {
        if (added.IsScanned && Knows(added.PayloadType, added.HandlerType))
            return;
        if (!added.IsScanned)
        {
            Handlers.RemoveAll(h => h.IsScanned && h.PayloadType == added.PayloadType && h.HandlerType == added.HandlerType);
            Nameless.Remove((added.PayloadType, added.HandlerType));
        }

        Handlers.Add(added);
    }

    public void AddNameless(Type payload, Type handler)
    {
        if (!Knows(payload, handler) && !Nameless.Contains((payload, handler)))
            Nameless.Add((payload, handler));
    }

    /// <summary>Whether this process runs jobs: it has a handler, and its queues are not set to none.</summary>
    public bool RunsWorkers(PgQueueOptions options) => Handlers.Count > 0 && options.Queues is not { Count: 0 };

    private bool Knows(Type payload, Type handler) => Handlers.Exists(h => h.PayloadType == payload && h.HandlerType == handler);
}
