using System.Collections.Frozen;

namespace PgQueue.Handlers;

/// <summary>Which handler runs which type name: exact beats prefix, the longest prefix wins. Built once, at start.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, Route> _exact;
    private readonly Route[] _prefixes;

    public RouteTable(IEnumerable<HandlerRegistration> handlers, IReadOnlyList<MiddlewareRegistration> middleware)
    {
        var routes = handlers.Select(h => new Route(h, middleware)).ToList();
        var exact = new Dictionary<string, Route>(StringComparer.Ordinal);
        foreach (var route in routes.Where(r => !r.Handler.IsPrefix))
        {
            exact[route.Handler.Route] = route;
            foreach (var alias in route.Handler.Options.Aliases)
                exact.TryAdd(alias, route);
        }

        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _prefixes = [.. routes.Where(r => r.Handler.IsPrefix).OrderByDescending(r => r.Handler.Route.Length)];
    }

    public bool IsEmpty => _exact.Count == 0 && _prefixes.Length == 0;

    public string[] Types => [.. _exact.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The prefixes without their star.</summary>
    public string[] Prefixes => [.. _prefixes.Select(p => p.Prefix)];

    /// <summary>Every route as the counters know it: exact names, and prefixes with their star.</summary>
    public string[] Names => [.. Types, .. _prefixes.Select(p => p.Handler.Route)];

    /// <summary>Names and prefixes for a message.</summary>
    public string Known => string.Join(", ", Types.Concat(_prefixes.Select(p => p.Handler.Route)));

    /// <summary>The route of a type as the counters know it; null for a type without one.</summary>
    public string? NameOf(string type) => _exact.ContainsKey(type) ? type : Find(type)?.Handler.Route;

    public Route? Find(string type)
    {
        if (_exact.TryGetValue(type, out var exact))
            return exact;
        foreach (var route in _prefixes)
            if (type.StartsWith(route.Prefix, StringComparison.Ordinal))
                return route;
        return null;
    }
}
