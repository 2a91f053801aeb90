using System.Diagnostics.CodeAnalysis;

namespace PgQueue.Handlers;

/// <summary>One middleware as registered: for every type or for one route, around execution or around enqueue.</summary>
internal sealed record MiddlewareRegistration(
    [property: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    [param: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type Middleware,
    string? Route);
