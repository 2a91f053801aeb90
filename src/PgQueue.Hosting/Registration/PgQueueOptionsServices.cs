using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PgQueue.Registration;

/// <summary>Registers the options of a queue: from its section, then from code, checked when the host starts.</summary>
internal static class PgQueueOptionsServices
{
    /// <summary>Adds the options of one queue. Called again for the same name, it only adds <paramref name="configure"/>. Returns whether the name is new.</summary>
    public static bool AddPgQueueOptions(this IServiceCollection services, string name, Action<PgQueueOptions>? configure)
    {
        var isNew = services.PgQueueNames().Add(name);
        if (isNew)
            services.AddOptions<PgQueueOptions>(name).ValidateOnStart();
        if (configure is not null)
            services.Configure(name, configure);
        return isNew;
    }

    /// <summary>The data source in DI that a queue uses if it has no connection string of its own: under the queue's name, else the unnamed one.</summary>
    public static NpgsqlDataSource? FindDataSource(this IServiceProvider services, string name) =>
        (name.Length > 0 ? services.GetKeyedService<NpgsqlDataSource>(name) : null) ?? services.GetService<NpgsqlDataSource>();

    private static PgQueueNames PgQueueNames(this IServiceCollection services)
    {
        if (services.FirstOrDefault(d => !d.IsKeyedService && d.ServiceType == typeof(PgQueueNames))?.ImplementationInstance is PgQueueNames known)
            return known;
        var names = new PgQueueNames();
        services.AddSingleton(names);
        services.AddSingleton(p => new PgQueueOptionsBinding(names, p.GetService<IConfiguration>()));

        // first of all, so that code wins over configuration even if it was registered before AddPgQueue
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<PgQueueOptions>>(static p => p.GetRequiredService<PgQueueOptionsBinding>()));
        services.AddSingleton<IValidateOptions<PgQueueOptions>>(p => new PgQueueOptionsValidation(
            names,
            p.GetRequiredService<PgQueueOptionsBinding>(),
            p.GetRequiredService<IOptionsMonitor<PgQueueRegistrations>>(),
            new DependencyRules(services, p.GetService<IServiceProviderIsService>()),
            p.FindDataSource,
            p.GetService<IConfiguration>()));
        return names;
    }
}
