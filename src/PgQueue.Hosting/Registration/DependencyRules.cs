using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using PgQueue.Configuration;

namespace PgQueue.Registration;

/// <summary>
/// Finds handlers and middleware that the container cannot make, which would burn every attempt of every job. In doubt it says nothing: another container than
/// Microsoft's, a class registered by a factory or an instance, a parameter that is filled by its key.
/// </summary>
internal sealed class DependencyRules(IServiceCollection services, IServiceProviderIsService? known)
{
    public IEnumerable<string> Check(PgQueueRegistrations registrations) => known is null || known.GetType().Assembly != typeof(ServiceProvider).Assembly
        ? []
        : [
            .. registrations.Handlers.Select(h => Error("Handler", h.HandlerType))
                .Concat(registrations.Middleware.Select(m => Error("Middleware", m.Middleware))).OfType<string>().Distinct(StringComparer.Ordinal),
        ];

    private string? Error(string what, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type)
    {
        var registration = services.LastOrDefault(d => !d.IsKeyedService && d.ServiceType == type);
        if (registration?.ImplementationType != type)
            return null;
        var constructors = type.GetConstructors();
        if (constructors.Length == 0)
            return $"{what} {(type.IsGenericType ? CSharpName.Of(type) : type.FullName)} has no public constructor, so no job can be run.";
        var missing = constructors.Select(c => c.GetParameters().Where(p => !IsKnown(p)).Select(p => CSharpName.Of(p.ParameterType)).ToArray()).MinBy(m => m.Length)!;
        return missing.Length == 0 ? null : $"{what} {(type.IsGenericType ? CSharpName.Of(type) : type.FullName)} needs {string.Join(" and ", missing)}, which no service is registered for.";
    }

    private bool IsKnown(ParameterInfo parameter) =>
        parameter.HasDefaultValue
        || parameter.IsDefined(typeof(ServiceKeyAttribute))
        || parameter.IsDefined(typeof(FromKeyedServicesAttribute))
        || known!.IsService(parameter.ParameterType);
}
