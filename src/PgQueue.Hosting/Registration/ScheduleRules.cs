using PgQueue.Client;
using PgQueue.Configuration;
using PgQueue.Handlers;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Registration;

/// <summary>The schedules that code and configuration define together: what code says, with what the configuration says over it.</summary>
internal static class ScheduleRules
{
    /// <summary>What is wrong with any of them, and with the options that they need.</summary>
    public static IEnumerable<string> Check(PgQueueOptions options, PgQueueRegistrations registrations, string path)
    {
        if (registrations.Schedules.Count == 0 && options.Schedules is not { Count: > 0 })
            return [];
        var errors = registrations.Schedules.GroupBy(s => s.Name, StringComparer.Ordinal).Where(g => g.Skip(1).Any())
            .Select(g => $"AddCron: schedule {SettingText.Show(g.Key)} is added {SettingText.Show(g.Count())} times. Give each a name of its own.").ToList();
        if (Composer(options, registrations, out var fault) is not { } composer)
            return fault is null ? errors : [.. errors, fault];
        foreach (var (name, registration) in Named(options, registrations))
            if (Error(composer, options, registration, name, $"{path}:{nameof(options.Schedules)}:{name}") is { } error)
                errors.Add(error);
        return errors;
    }

    /// <summary>The definitions, of valid options.</summary>
    public static IReadOnlyList<ScheduleDefinition> Definitions(PgQueueOptions options, PgQueueRegistrations registrations, ScheduleComposer composer) =>
        [.. Named(options, registrations).Select(s => Compose(composer, options, s.Registration, s.Name))];

    /// <summary>Whether this process defines a schedule of that name.</summary>
    public static bool Defines(PgQueueOptions options, PgQueueRegistrations registrations, string schedule) =>
        registrations.RunsWorkers(options)
        && (registrations.Schedules.Exists(s => string.Equals(s.Name, schedule, StringComparison.Ordinal)) || options.Schedules?.ContainsKey(schedule) == true);

    private static IEnumerable<(string Name, ScheduleRegistration? Registration)> Named(PgQueueOptions options, PgQueueRegistrations registrations) =>
        registrations.Schedules.DistinctBy(s => s.Name, StringComparer.Ordinal).Select(s => (s.Name, (ScheduleRegistration?)s))
            // a process that runs no workers defines nothing, and has no handlers to read a configured payload by
            .Concat(!registrations.RunsWorkers(options) || options.Schedules is null ? [] : options.Schedules.Keys
                .Where(name => !registrations.Schedules.Exists(s => string.Equals(s.Name, name, StringComparison.Ordinal)))
                .Select(name => (name, (ScheduleRegistration?)null)));

    private static ScheduleDefinition Compose(ScheduleComposer composer, PgQueueOptions options, ScheduleRegistration? registration, string name)
    {
        var configured = options.Schedules is { } all && all.TryGetValue(name, out var found) ? found : null;
        return composer.Compose(name, registration?.Options().With(configured) ?? configured!, registration?.Payload);
    }

    private static string? Error(ScheduleComposer composer, PgQueueOptions options, ScheduleRegistration? registration, string name, string path)
    {
        try
        {
            Compose(composer, options, registration, name);
            return null;
        }
        catch (PgQueueException e)
        {
            return registration is null ? $"{path}: {e.Message}" : $"AddCron({SettingText.Show(name)}), {path}: {e.Message}";
        }
    }

    private static ScheduleComposer? Composer(PgQueueOptions options, PgQueueRegistrations registrations, out string? fault)
    {
        fault = null;
        // what is wrong with these is reported by others
        if (options.Payload is null || options.Retry is null || RouteRules.Check(registrations).Any())
            return null;
        try
        {
            var routes = new RouteTable(registrations.Handlers, registrations.Middleware);
            return new ScheduleComposer(new PayloadTypes(registrations.Handlers, routes), routes, new PayloadSerializer(options.Payload), options.Retry);
        }
        catch (Exception e)
        {
            fault = e.Message;
            return null;
        }
    }
}
