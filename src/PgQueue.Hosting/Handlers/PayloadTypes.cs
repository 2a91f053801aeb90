using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json.Nodes;
using PgQueue.Configuration;

namespace PgQueue.Handlers;

/// <summary>Under which type name, in which queue and with how many attempts a payload class is enqueued when the caller does not say.</summary>
internal sealed class PayloadTypes
{
    private readonly FrozenDictionary<Type, HandlerRegistration[]> _byPayload;
    private readonly ConcurrentDictionary<Type, PayloadType> _known = new();
    private readonly RouteTable _routes;

    public PayloadTypes(IEnumerable<HandlerRegistration> handlers, RouteTable routes)
    {
        _byPayload = handlers.GroupBy(h => h.PayloadType).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        _routes = routes;
    }

    /// <param name="payload">The payload's class.</param>
    /// <param name="type">The name the caller gave, if any.</param>
    /// <exception cref="InvalidJobException">The class is registered under several names, or only under a prefix: the caller must choose.</exception>
    /// <exception cref="UnknownJobTypeException">The class has no name of its own.</exception>
    public PayloadType Resolve(Type payload, string? type)
    {
        if (type is null)
            return _known.GetOrAdd(payload, static (p, self) => self.Find(p), this);
        var handler = _routes.Find(type)?.Handler;
        return new PayloadType(type, JobTypeName.AttributeOf(payload)?.Queue, handler?.Options.Retry?.MaxAttempts);
    }

    /// <summary>Whether a payload is many values that nobody would handle as one job: a collection class without a name and a handler of its own.</summary>
    public bool IsManyByMistake(object payload) =>
        payload is IEnumerable and not (string or IDictionary or JsonNode) && JobTypeName.Of(payload.GetType()) is null && !_byPayload.ContainsKey(payload.GetType());

    private PayloadType Find(Type payload)
    {
        var attribute = JobTypeName.AttributeOf(payload);
        if (!_byPayload.TryGetValue(payload, out var handlers))
        {
            return new PayloadType(
                JobTypeName.Of(payload) ?? throw new UnknownJobTypeException(
                    CSharpName.Of(payload), $"{CSharpName.Of(payload)} has no job type name of its own. Set EnqueueOptions.Type, or enqueue a class with [JobType(\"name\")]."),
                attribute?.Queue, MaxAttempts: null);
        }

        var exact = handlers.Where(h => !h.IsPrefix).ToArray();
        if (exact.Length > 1)
        {
            throw new InvalidJobException(
                nameof(EnqueueOptions.Type), $"{CSharpName.Of(payload)} is registered as {string.Join(" and ", exact.Select(h => h.Route))}. Say which one.");
        }

        if (exact.Length == 1)
            return new PayloadType(exact[0].Route, attribute?.Queue, exact[0].Options.Retry?.MaxAttempts);
        var name = attribute?.Name ?? throw new InvalidJobException(
            nameof(EnqueueOptions.Type), $"{CSharpName.Of(payload)} is registered for the prefix {handlers[0].Route}. Say which type name this job has.");
        return new PayloadType(name, attribute.Queue, handlers[0].Options.Retry?.MaxAttempts);
    }
}
