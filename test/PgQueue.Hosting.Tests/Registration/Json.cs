using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PgQueue.Tests.Registration;

/// <summary>Hosts and options from the text of an appsettings file.</summary>
internal static class Json
{
    public const string Database = """ "ConnectionStrings": { "PgQueue": "Host=nowhere;Database=app;Username=app" } """;

    /// <summary>A configuration that holds <paramref name="section"/> as its section PgQueue, and a connection string.</summary>
    public static string With(string section) => $$"""{ {{Database}}, "PgQueue": {{section}} }""";

    public static IConfigurationRoot Configuration(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    public static IHost Host(string json, Action<IServiceCollection> add)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        add(builder.Services);
        return builder.Build();
    }

    public static PgQueueOptions OptionsOf(this IHost host, string name = "") =>
        host.Services.GetRequiredService<IOptionsMonitor<PgQueueOptions>>().Get(name);

    /// <summary>What the start of a host with this configuration complains of; empty if it would start.</summary>
    public static string[] StartErrors(string json, Action<IServiceCollection>? add = null)
    {
        using var host = Host(json, add ?? (static services => services.AddPgQueue()));
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
