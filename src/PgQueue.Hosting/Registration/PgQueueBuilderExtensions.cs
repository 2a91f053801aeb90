using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PgQueue;
using PgQueue.Configuration;
using PgQueue.Handlers;
using PgQueue.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers and middleware to a queue.</summary>
public static class PgQueueBuilderExtensions
{
    private const DynamicallyAccessedMemberTypes Constructors = DynamicallyAccessedMemberTypes.PublicConstructors;

    /// <summary>Adds the handler of one payload class.</summary>
    /// <param name="builder">The queue.</param>
    /// <param name="type">
    /// The stored type name, or a prefix ending in <c>*</c> for every type name that starts with it. An exact name beats a prefix, and the longest
    /// prefix wins. Default: from <see cref="JobTypeAttribute"/>, else the class name in kebab case without a <c>Job</c> or <c>Payload</c> ending.
    /// </param>
    /// <param name="configure">Timeout, retry and aliases of this handler.</param>
    public static IPgQueueBuilder AddHandler<TPayload, [DynamicallyAccessedMembers(Constructors)] THandler>(
        this IPgQueueBuilder builder, string? type = null, Action<HandlerOptions>? configure = null)
        where TPayload : notnull
        where THandler : class, IJobHandler<TPayload>
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(typeof(TPayload), typeof(THandler), new HandlerInvoker<TPayload, THandler>(), type, configure);
    }

    /// <summary>Adds every public or internal handler class of the assembly that contains <typeparamref name="T"/>.</summary>
    /// <param name="builder">The queue.</param>
    /// <remarks>
    /// Abstract and generic classes are passed over, and so is a handler that is added with <c>AddHandler</c>, before or after. A payload class without a type name
    /// of its own needs that. Not for trimmed applications.
    /// </remarks>
    [RequiresUnreferencedCode("Looks for handler classes by reflection. Add each with AddHandler instead.")]
    [RequiresDynamicCode("Looks for handler classes by reflection. Add each with AddHandler instead.")]
    public static IPgQueueBuilder AddHandlersFromAssemblyContaining<T>(this IPgQueueBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var handler in typeof(T).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }))
        {
            foreach (var face in handler.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IJobHandler<>)))
            {
                var payload = face.GetGenericArguments()[0];
                var invoker = (HandlerInvoker)Activator.CreateInstance(typeof(HandlerInvoker<,>).MakeGenericType(payload, handler))!;
                builder.Add(payload, handler, invoker, type: null, configure: null, isScanned: true);
            }
        }

        return builder;
    }

    /// <summary>Adds middleware around execution (<see cref="IJobMiddleware"/>) or around enqueue (<see cref="IEnqueueMiddleware"/>), in the order of the calls.</summary>
    /// <param name="builder">The queue.</param>
    /// <param name="type">Only for this type name or prefix ending in <c>*</c>. Default: for all. Execution only.</param>
    public static IPgQueueBuilder UseMiddleware<[DynamicallyAccessedMembers(Constructors)] TMiddleware>(this IPgQueueBuilder builder, string? type = null)
        where TMiddleware : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var runs = typeof(TMiddleware).IsAssignableTo(typeof(IJobMiddleware));
        var enqueues = typeof(TMiddleware).IsAssignableTo(typeof(IEnqueueMiddleware));
        if (!runs && !enqueues)
            throw new ArgumentException($"{CSharpName.Of(typeof(TMiddleware))} implements neither IJobMiddleware nor IEnqueueMiddleware.", nameof(builder));
        if (enqueues && (runs || type is not null))
            throw new ArgumentException($"{CSharpName.Of(typeof(TMiddleware))}: enqueue middleware sees every job of a call, so it takes no type and is a class of its own.", nameof(type));
        if (type is not null && !JobTypeName.IsValid(type, route: true))
            throw new ArgumentException($"'{type}' is no type name or prefix: use 1-128 of a-z 0-9 . _ : - and at most one * at the end.", nameof(type));
        if (runs)
            builder.Services.TryAddScoped<TMiddleware>();
        else
            builder.Services.TryAddSingleton<TMiddleware>();
        builder.Services.Configure<PgQueueRegistrations>(builder.Name, r => r.Middleware.Add(new MiddlewareRegistration(typeof(TMiddleware), type)));
        return builder;
    }

    private static IPgQueueBuilder Add(
        this IPgQueueBuilder builder, Type payload, [DynamicallyAccessedMembers(Constructors)] Type handler, HandlerInvoker invoker, string? type,
        Action<HandlerOptions>? configure, bool isScanned = false)
    {
        var route = type ?? JobTypeName.Of(payload);
        if (route is null && !isScanned)
            throw new UnknownJobTypeException(CSharpName.Of(payload), RouteRules.Nameless(payload, handler));
        if (route is not null && !JobTypeName.IsValid(route, route: true))
            throw new ArgumentException($"'{route}' is no type name or prefix: use 1-128 of a-z 0-9 . _ : - and at most one * at the end.", nameof(type));
        builder.Services.TryAddScoped(handler);
        if (route is null)
        {
            builder.Services.Configure<PgQueueRegistrations>(builder.Name, r => r.AddNameless(payload, handler));
            return builder;
        }

        var options = new HandlerOptions();
        if (type is null && JobTypeName.AttributeOf(payload) is { } attribute)
            foreach (var alias in attribute.Aliases)
                options.Aliases.Add(alias);
        configure?.Invoke(options);
        var registration = new HandlerRegistration
        {
            Route = route, PayloadType = payload, HandlerType = handler, Options = options, Invoker = invoker, IsScanned = isScanned,
        };
        builder.Services.Configure<PgQueueRegistrations>(builder.Name, r => r.Add(registration));
        return builder;
    }
}
