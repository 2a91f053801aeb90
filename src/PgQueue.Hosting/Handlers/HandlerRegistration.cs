using System.Diagnostics.CodeAnalysis;

namespace PgQueue.Handlers;

/// <summary>One handler as registered: its route, its settings and the compiled way to call it.</summary>
internal sealed record HandlerRegistration
{
    /// <summary>The exact type name, or a prefix ending in <c>*</c>.</summary>
    public required string Route { get; init; }

    public required Type PayloadType { get; init; }

    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    public required Type HandlerType { get; init; }

    public required HandlerOptions Options { get; init; }

    public required HandlerInvoker Invoker { get; init; }

    /// <summary>Found by an assembly scan: one that is added by name takes its place.</summary>
    public bool IsScanned { get; init; }

    public bool IsPrefix => Route.EndsWith('*');
}
