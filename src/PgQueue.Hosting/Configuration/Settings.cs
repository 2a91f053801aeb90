namespace PgQueue.Configuration;

/// <summary>
/// Every key that section <c>PgQueue</c> may hold and how it is read: the one list behind reading, unknown keys and suggestions. The configuration
/// binder is not used because it passes over a key it does not know, stops at the first value it cannot read, and generates code for
/// <see cref="System.Text.Json.JsonSerializerOptions"/>.
/// </summary>
internal static class Settings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Value<PgQueueOptions, string>(nameof(PgQueueOptions.ConnectionString), SettingText.Any, static (o, v) => o.ConnectionString = v),
        Setting.Value<PgQueueOptions, string>(nameof(PgQueueOptions.Schema), SettingText.Any, static (o, v) => o.Schema = v),
        Setting.Value<PgQueueOptions, MigrateMode>(nameof(PgQueueOptions.Migrate), SettingText.Choice, static (o, v) => o.Migrate = v),
        Setting.Map<PgQueueOptions, QueueOptions>(
            nameof(PgQueueOptions.Queues),
            static o => o.Queues ??= new Dictionary<string, QueueOptions>(StringComparer.Ordinal),
            Setting.Value<QueueOptions, int>(nameof(QueueOptions.Concurrency), SettingText.Whole, static (o, v) => o.Concurrency = v),
            Setting.Value<QueueOptions, TimeSpan>(nameof(QueueOptions.Timeout), SettingText.Duration, static (o, v) => o.Timeout = v),
            Setting.Value<QueueOptions, JobLogLevel>(nameof(QueueOptions.CaptureLogs), SettingText.Choice, static (o, v) => o.CaptureLogs = v),
            Setting.Group<QueueOptions>(
                nameof(QueueOptions.Retention),
                static o => o.Retention ??= new QueueRetentionOptions(),
                Setting.Value<QueueRetentionOptions, TimeSpan>(nameof(QueueRetentionOptions.Succeeded), SettingText.Duration, static (o, v) => o.Succeeded = v),
                Setting.Value<QueueRetentionOptions, TimeSpan>(nameof(QueueRetentionOptions.Failed), SettingText.Duration, static (o, v) => o.Failed = v))),
        Setting.Value<PgQueueOptions, TimeSpan>(nameof(PgQueueOptions.Timeout), SettingText.Duration, static (o, v) => o.Timeout = v),
        Setting.Group<PgQueueOptions>(
            nameof(PgQueueOptions.Retry),
            static o => o.Retry,
            Setting.Value<RetryOptions, int>(nameof(RetryOptions.MaxAttempts), SettingText.Whole, static (o, v) => o.MaxAttempts = v),
            Setting.Value<RetryOptions, TimeSpan>(nameof(RetryOptions.BaseDelay), SettingText.Duration, static (o, v) => o.BaseDelay = v),
            Setting.Value<RetryOptions, TimeSpan>(nameof(RetryOptions.MaxDelay), SettingText.Duration, static (o, v) => o.MaxDelay = v),
            Setting.Value<RetryOptions, Jitter>(nameof(RetryOptions.Jitter), SettingText.Choice, static (o, v) => o.Jitter = v),
            Setting.InCodeOnly(nameof(RetryOptions.Policy))),
        Setting.Group<PgQueueOptions>(
            nameof(PgQueueOptions.Lease),
            static o => o.Lease,
            Setting.Value<LeaseOptions, TimeSpan>(nameof(LeaseOptions.Duration), SettingText.Duration, static (o, v) => o.Duration = v),
            Setting.Value<LeaseOptions, TimeSpan>(nameof(LeaseOptions.RenewEvery), SettingText.Duration, static (o, v) => o.RenewEvery = v),
            Setting.Value<LeaseOptions, int>(nameof(LeaseOptions.MaxCrashes), SettingText.Whole, static (o, v) => o.MaxCrashes = v)),
        Setting.Group<PgQueueOptions>(
            nameof(PgQueueOptions.Shutdown),
            static o => o.Shutdown,
            Setting.Value<ShutdownOptions, TimeSpan>(nameof(ShutdownOptions.DrainTimeout), SettingText.Duration, static (o, v) => o.DrainTimeout = v),
            Setting.Value<ShutdownOptions, TimeSpan>(nameof(ShutdownOptions.CancelTimeout), SettingText.Duration, static (o, v) => o.CancelTimeout = v)),
        Setting.Group<PgQueueOptions>(
            nameof(PgQueueOptions.Polling),
            static o => o.Polling,
            Setting.Value<PollingOptions, TimeSpan>(nameof(PollingOptions.Busy), SettingText.Duration, static (o, v) => o.Busy = v),
            Setting.Value<PollingOptions, TimeSpan>(nameof(PollingOptions.Idle), SettingText.Duration, static (o, v) => o.Idle = v)),
        Setting.Value<PgQueueOptions, NotificationMode>(nameof(PgQueueOptions.Notifications), SettingText.Choice, static (o, v) => o.Notifications = v),
        Setting.Value<PgQueueOptions, bool>(nameof(PgQueueOptions.LogExceptions), SettingText.Truth, static (o, v) => o.LogExceptions = v),
        Setting.Value<PgQueueOptions, JobLogLevel>(nameof(PgQueueOptions.CaptureLogs), SettingText.Choice, static (o, v) => o.CaptureLogs = v),
        Setting.Group<PgQueueOptions>(
            nameof(PgQueueOptions.Payload),
            static o => o.Payload,
            Setting.Value<PayloadOptions, int>(nameof(PayloadOptions.MaxBytes), SettingText.Whole, static (o, v) => o.MaxBytes = v),
            Setting.InCodeOnly(nameof(PayloadOptions.Json))),
        Setting.Group<PgQueueOptions>(
            nameof(PgQueueOptions.Retention),
            static o => o.Retention,
            Setting.Value<RetentionOptions, TimeSpan>(nameof(RetentionOptions.Succeeded), SettingText.Duration, static (o, v) => o.Succeeded = v),
            Setting.Value<RetentionOptions, TimeSpan>(nameof(RetentionOptions.Failed), SettingText.Duration, static (o, v) => o.Failed = v),
            Setting.Value<RetentionOptions, RetentionStrategy>(nameof(RetentionOptions.Strategy), SettingText.Choice, static (o, v) => o.Strategy = v)),
        Setting.Group<PgQueueOptions>(nameof(PgQueueOptions.Health), static o => o.Health, [.. HealthSettings.All]),
        Setting.Map<PgQueueOptions, ScheduleOptions>(
            nameof(PgQueueOptions.Schedules), static o => o.Schedules ??= new Dictionary<string, ScheduleOptions>(StringComparer.Ordinal), [.. ScheduleSettings.All]),
    ];

    public static Setting? Find(this IReadOnlyList<Setting> settings, string name) =>
        settings.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The path below the section of every key that configuration can set; an entry of a map is called <c>&lt;name&gt;</c>.</summary>
    public static IEnumerable<string> Paths(this IReadOnlyList<Setting> settings, string prefix = "")
    {
        foreach (var setting in settings.Where(s => !s.IsInCodeOnly))
        {
            if (setting.Read is not null || setting.ReadTree is not null)
                yield return prefix + setting.Name;
            foreach (var path in setting.Children.Paths($"{prefix}{setting.Name}:{(setting.EnterEntry is null ? "" : "<name>:")}"))
                yield return path;
        }
    }
}
