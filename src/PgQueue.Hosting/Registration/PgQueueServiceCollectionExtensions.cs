using PgQueue;
using PgQueue.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds job queues to an application.</summary>
public static class PgQueueServiceCollectionExtensions
{
    /// <summary>
    /// Adds the queue: <see cref="IJobClient"/>, and workers for the handlers added to the returned builder. Configured by section <c>PgQueue</c> of
    /// the configuration, then by <paramref name="configure"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Settings in code.</param>
    public static IPgQueueBuilder AddPgQueue(this IServiceCollection services, Action<PgQueueOptions>? configure = null) =>
        services.AddPgQueue("", configure);

    /// <summary>
    /// Adds another queue beside the unnamed one, with a schema or database of its own: resolve its client with <c>[FromKeyedServices(name)]</c>.
    /// Configured by section <c>PgQueue:{name}</c>, then by <paramref name="configure"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">The queue's name and service key.</param>
    /// <param name="configure">Settings in code.</param>
    public static IPgQueueBuilder AddPgQueue(this IServiceCollection services, string name, Action<PgQueueOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        services.AddPgQueueOptions(name, configure);
        return new PgQueueBuilder(name, services);
    }
}
