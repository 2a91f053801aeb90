using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using PgQueue.Configuration;
using PgQueue.Storage;

namespace PgQueue.Registration;

/// <summary>Everything that can be wrong with one queue's settings, handlers and connection string, found at once.</summary>
internal sealed class PgQueueOptionsValidation(
    PgQueueNames names,
    PgQueueOptionsBinding binding,
    IOptionsMonitor<PgQueueRegistrations> registrations,
    DependencyRules dependencies,
    Func<string, NpgsqlDataSource?> dataSourceOf,
    IConfiguration? configuration) : IValidateOptions<PgQueueOptions>
{
    private readonly QueuePlaces _places = new();

    public ValidateOptionsResult Validate(string? name, PgQueueOptions options)
    {
        if (name is null || !names.Contains(name))
            return ValidateOptionsResult.Skip;
        var registered = registrations.Get(name);
        string[] errors =
        [
            .. binding.Read(name, new PgQueueOptions()),
            .. binding.Unread(name),
            .. PgQueueRules.Check(options, PgQueueRules.PathOf(name)),
            .. RouteRules.Check(registered),
            .. registered.RunsWorkers(options) ? dependencies.Check(registered) : [],
            .. ScheduleRules.Check(options, registered, PgQueueRules.PathOf(name)),
            .. DatabaseErrors(name, options, registered.RunsWorkers(options)),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> DatabaseErrors(string name, PgQueueOptions options, bool runsWorkers)
    {
        // a data source in DI that is not going to be used is not made either
        var registered = options.ConnectionString is null ? dataSourceOf(name) : null;
        if (DatabaseChoice.Find(options, name, registered, configuration) is not { } choice)
            return [DatabaseChoice.Missing(name)];
        return [.. choice.Check(runsWorkers), .. _places.Check(name, choice, options)];
    }
}
