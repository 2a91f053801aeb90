namespace PgQueue.Configuration;

/// <summary>What <see cref="PgQueueOptions"/> must fulfil as a whole. Its connection string is judged where the database is chosen.</summary>
internal static class PgQueueRules
{
    /// <summary>Where the settings of a queue stand in the configuration.</summary>
    public static string PathOf(string name) => name.Length == 0 ? PgQueueOptions.SectionName : $"{PgQueueOptions.SectionName}:{name}";

    public static IEnumerable<string> Check(PgQueueOptions options, string path) =>
    [
        .. SchemaRules.Check(options.Schema, $"{path}:{nameof(options.Schema)}"),
        .. Allowed.Choice($"{path}:{nameof(options.Migrate)}", options.Migrate),
        .. (options.Queues ?? new Dictionary<string, QueueOptions>(StringComparer.Ordinal))
            .SelectMany(queue => QueueRules.Check(queue.Key, queue.Value, $"{path}:{nameof(options.Queues)}")),
        .. Allowed.AttemptTimeout($"{path}:{nameof(options.Timeout)}", options.Timeout),
        .. Allowed.Group($"{path}:{nameof(options.Retry)}", options.Retry, RetryRules.Check),
        .. Allowed.Group($"{path}:{nameof(options.Lease)}", options.Lease, LeaseRules.Check),
        .. Allowed.Group($"{path}:{nameof(options.Shutdown)}", options.Shutdown, ShutdownRules.Check),
        .. Allowed.Group($"{path}:{nameof(options.Polling)}", options.Polling, PollingRules.Check),
        .. Allowed.Choice($"{path}:{nameof(options.Notifications)}", options.Notifications),
        .. Allowed.Choice($"{path}:{nameof(options.CaptureLogs)}", options.CaptureLogs),
        .. Allowed.Group($"{path}:{nameof(options.Payload)}", options.Payload, PayloadRules.Check),
        .. Allowed.Group($"{path}:{nameof(options.Retention)}", options.Retention, RetentionRules.Check),
        .. RetentionRules.Check(options.Queues ?? new Dictionary<string, QueueOptions>(StringComparer.Ordinal), options.Retention, $"{path}:{nameof(options.Queues)}", $"{path}:{nameof(options.Retention)}"),
        .. Allowed.Group($"{path}:{nameof(options.Health)}", options.Health, HealthOptionRules.Check),
    ];
}
