using PgQueue.Configuration;
using PgQueue.Cron;
using PgQueue.Handlers;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Turns a schedule's options and payload into a checked definition.</summary>
internal sealed class ScheduleComposer(PayloadTypes types, RouteTable routes, PayloadSerializer serializer, RetryOptions retry)
{
    private const string DefaultQueue = "default";
    private const string DefaultZone = "UTC";

    /// <param name="name">The schedule's name.</param>
    /// <param name="options">Everything that was said about it.</param>
    /// <param name="payload">The payload from code; null for a schedule of the configuration alone.</param>
    /// <exception cref="PgQueueException">What is wrong with it, by field.</exception>
    public ScheduleDefinition Compose(string name, ScheduleOptions options, object? payload)
    {
        CheckName(name);
        CheckChoices(options);
        var zone = TimeZones.CanonicalId(options.TimeZone ?? DefaultZone);
        if (string.IsNullOrWhiteSpace(options.Cron))
            throw new InvalidScheduleException(nameof(options.Cron), "it is missing. Give five fields such as \"0 2 * * *\", six with seconds, a macro such as @hourly, or @every 90s.");
        if (options.MissedRuns is { Window.Ticks: > 0 } && options.WhenRunning is WhenRunning.Skip or WhenRunning.QueueOne)
        {
            throw new InvalidScheduleException(
                nameof(options.MissedRuns), $"FireAll stores several jobs at once, which WhenRunning = {options.WhenRunning} does not let run beside each other. Use FireOnce, or WhenRunning = Run.");
        }

        var gap = options.Gap ?? DaylightGap.RunAfter;
        var overlap = options.Overlap ?? DaylightOverlap.Auto;
        Recurrence.Parse(options.Cron, name, TimeZones.Find(zone), gap, overlap, DateTime.UnixEpoch);
        EnqueueOptionsValidator.Check(new EnqueueOptions
        {
            Type = options.Type, Queue = options.Queue, Priority = options.Priority ?? JobPriority.Default, MaxAttempts = options.MaxAttempts,
            Timeout = options.Timeout, Headers = options.Headers,
        });
        var content = options.ConfiguredPayload is null && payload is not null ? payload : Configured(options, payload);
        var type = types.Resolve(content.GetType(), options.Type);
        if (routes.Find(type.Name) is { } route && !route.Handler.PayloadType.IsInstanceOfType(content))
        {
            throw new InvalidScheduleException(
                nameof(options.Type), $"the handler of {SettingText.Show(type.Name)} takes {CSharpName.Of(route.Handler.PayloadType)}, and the payload is {CSharpName.Of(content.GetType())}.");
        }

        return new ScheduleDefinition
        {
            Name = name,
            Cron = options.Cron,
            TimeZone = zone,
            Gap = gap,
            Overlap = overlap,
            Missed = options.MissedRuns ?? MissedRuns.FireOnce,
            WhenRunning = options.WhenRunning ?? WhenRunning.Run,
            Enabled = options.Enabled ?? true,
            Type = type.Name,
            Queue = options.Queue ?? type.Queue ?? DefaultQueue,
            Priority = options.Priority ?? JobPriority.Default,
            MaxAttempts = (short)(options.MaxAttempts ?? type.MaxAttempts ?? retry.MaxAttempts),
            TimeoutMs = options.Timeout is { } timeout ? JobComposer.Milliseconds(timeout) : null,
            // in one order, because the digest of a definition must be the same in every process
            Headers = HeaderCodec.Write(options.Headers is null ? null : new SortedDictionary<string, string>(options.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal), StringComparer.Ordinal)),
            Payload = serializer.Write(content),
        };
    }

    public static void CheckName(string? name)
    {
        if (name is null || !JobTypeName.IsValid(name))
            throw new InvalidScheduleException("Name", $"{(name is null ? "null" : SettingText.Show(name))} is no schedule name. It must be 1 to 128 of a-z 0-9 . _ : -");
    }

    private static void CheckChoices(ScheduleOptions options)
    {
        foreach (var error in Allowed.Choice(nameof(options.Gap), options.Gap ?? default).Select(e => (nameof(options.Gap), e))
            .Concat(Allowed.Choice(nameof(options.Overlap), options.Overlap ?? default).Select(e => (nameof(options.Overlap), e)))
            .Concat(Allowed.Choice(nameof(options.WhenRunning), options.WhenRunning ?? default).Select(e => (nameof(options.WhenRunning), e))))
            throw new InvalidScheduleException(error.Item1, error.e[(error.Item1.Length + 1)..]);
    }

    /// <summary>The payload of the configuration, which must be read as the class that the type's handler takes.</summary>
    private object Configured(ScheduleOptions options, object? payload)
    {
        var name = options.Type ?? (payload is null ? null : types.Resolve(payload.GetType(), type: null).Name)
            ?? throw new InvalidScheduleException(nameof(options.Type), "it is missing. Name the type of the jobs, as a handler of this process has it.");
        if (routes.Find(name) is not { } route)
        {
            var near = Suggestion.Nearest(name, routes.Types);
            throw new InvalidScheduleException(
                nameof(options.Type),
                $"{SettingText.Show(name)} has no handler in this process, so its payload cannot be read. {(near is null ? $"Registered: {routes.Known}." : $"Did you mean \"{near}\"?")}");
        }

        return serializer.ReadConfigured(options.ConfiguredPayload, route.Handler);
    }
}
