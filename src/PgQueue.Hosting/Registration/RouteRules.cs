using PgQueue.Configuration;
using PgQueue.Handlers;

namespace PgQueue.Registration;

/// <summary>What the handlers and middleware of one queue must fulfil together: one handler a route, and no route that nothing can reach.</summary>
internal static class RouteRules
{
    public static IEnumerable<string> Check(PgQueueRegistrations registrations) =>
    [
        .. registrations.Handlers.SelectMany(h => HandlerRules.Check(h.Options, h.Route)),
        .. registrations.Handlers.SelectMany(BadAliases),
        .. registrations.Nameless.Select(n => Nameless(n.Payload, n.Handler)),
        .. Duplicates(registrations.Handlers),
        .. registrations.Handlers.Count == 0 ? [] : registrations.Middleware.SelectMany(m => Unreachable(m, registrations.Handlers)),
    ];

    /// <summary>What to do about a payload class without a type name of its own.</summary>
    public static string Nameless(Type payload, Type handler) =>
        $"{handler.FullName} handles {CSharpName.Of(payload)}, which has no type name of its own. Add it with one: AddHandler<{CSharpName.Of(payload)}, {CSharpName.Of(handler)}>(\"some-name\").";

    private static IEnumerable<string> BadAliases(HandlerRegistration handler) =>
        handler.Options.Aliases
            .Where(alias => alias is null || !JobTypeName.IsValid(alias))
            .Select(alias => $"handler '{handler.Route}': Aliases: {(alias is null ? "null" : SettingText.Show(alias))} is no type name. It must be 1 to {SettingText.Show(JobTypeName.MaxLength)} of a-z 0-9 . _ : -");

    private static IEnumerable<string> Duplicates(List<HandlerRegistration> handlers) =>
        handlers
            .SelectMany(handler => RoutesOf(handler).Distinct(StringComparer.Ordinal).Select(route => (Route: route, Handler: handler)))
            .GroupBy(x => x.Route, x => x.Handler, StringComparer.Ordinal)
            .Where(group => group.Skip(1).Any())
            .Select(group => $"Type '{group.Key}' has {SettingText.Show(group.Count())} handlers: {string.Join(" and ", group.Select(h => h.HandlerType.FullName))}. Give each a type of its own.");

    private static IEnumerable<string> Unreachable(MiddlewareRegistration middleware, List<HandlerRegistration> handlers)
    {
        if (middleware.Route is not { } route || handlers.SelectMany(RoutesOf).Any(known => Overlap(route, known)))
            yield break;
        var near = Suggestion.Nearest(route, handlers.SelectMany(RoutesOf));
        yield return $"{middleware.Middleware.FullName} is added for type '{route}', which no handler has.{(near is null ? "" : $" Did you mean '{near}'?")}";
    }

    private static IEnumerable<string> RoutesOf(HandlerRegistration handler) => handler.Options.Aliases.Where(alias => alias is not null).Prepend(handler.Route);

    private static bool Overlap(string a, string b) => (a.EndsWith('*'), b.EndsWith('*')) switch
    {
        (false, false) => string.Equals(a, b, StringComparison.Ordinal),
        (true, false) => b.StartsWith(a[..^1], StringComparison.Ordinal),
        (false, true) => a.StartsWith(b[..^1], StringComparison.Ordinal),
        _ => a.StartsWith(b[..^1], StringComparison.Ordinal) || b.StartsWith(a[..^1], StringComparison.Ordinal),
    };
}
