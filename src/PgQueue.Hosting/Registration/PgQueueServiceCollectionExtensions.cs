using Microsoft.Extensions.Hosting;
using PgQueue;
using PgQueue.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds job queues to an application.</summary>
public static class PgQueueServiceCollectionExtensions
{
    /// <summary>
    /// Adds the queue: <see cref="IJobClient"/>, <see cref="IScheduleClient"/>, and workers for the handlers added to the returned builder. Configured by section <c>PgQueue</c> of
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
        if (services.AddPgQueueOptions(name, configure))
            services.AddQueue(name);
        return new PgQueueBuilder(name, services);
    }

    private static void AddQueue(this IServiceCollection services, string name)
    {
        services.AddLogging();
        services.AddKeyedSingleton(name, static (provider, key) => new QueueServices(provider, (string)key!));
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<QueueServices>(key).Client);
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<QueueServices>(key).Schedules);
        services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<QueueServices>(key).Admin);
        if (name.Length == 0)
        {
            services.AddSingleton(static provider => provider.GetRequiredKeyedService<IJobAdmin>(""));
            services.AddSingleton(static provider => provider.GetRequiredKeyedService<IJobClient>(""));
            services.AddSingleton(static provider => provider.GetRequiredKeyedService<IScheduleClient>(""));
        }

        services.AddSingleton<IHostedService>(provider => new PgQueueHostedService(provider, name));
    }
}
