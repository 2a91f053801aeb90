namespace PgQueue.Configuration;

/// <summary>The keys of section <c>Health</c>.</summary>
internal static class HealthSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.Timeout), SettingText.Duration, static (o, v) => o.Timeout = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.CacheFor), SettingText.Duration, static (o, v) => o.CacheFor = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.FailingAfter), SettingText.Duration, static (o, v) => o.FailingAfter = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.StalledAfter), SettingText.Duration, static (o, v) => o.StalledAfter = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(
            nameof(PgQueueHealthOptions.DegradedReadyAge), SettingText.Duration, static (o, v) => o.DegradedReadyAge = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(
            nameof(PgQueueHealthOptions.UnhealthyReadyAge), SettingText.Duration, static (o, v) => o.UnhealthyReadyAge = v),
        Setting.Map<PgQueueHealthOptions, QueueHealthOptions>(
            nameof(PgQueueHealthOptions.Queues),
            static o => o.Queues ??= new Dictionary<string, QueueHealthOptions>(StringComparer.Ordinal),
            Setting.Value<QueueHealthOptions, TimeSpan>(
                nameof(QueueHealthOptions.DegradedReadyAge), SettingText.Duration, static (o, v) => o.DegradedReadyAge = v),
            Setting.Value<QueueHealthOptions, TimeSpan>(
                nameof(QueueHealthOptions.UnhealthyReadyAge), SettingText.Duration, static (o, v) => o.UnhealthyReadyAge = v)),
        Setting.Value<PgQueueHealthOptions, int>(nameof(PgQueueHealthOptions.FailedPerHour), SettingText.Whole, static (o, v) => o.FailedPerHour = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.DeferredAge), SettingText.Duration, static (o, v) => o.DeferredAge = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.OverdueAfter), SettingText.Duration, static (o, v) => o.OverdueAfter = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.HorizonAge), SettingText.Duration, static (o, v) => o.HorizonAge = v),
        Setting.Value<PgQueueHealthOptions, int>(nameof(PgQueueHealthOptions.DeadRows), SettingText.Whole, static (o, v) => o.DeadRows = v),
        Setting.Value<PgQueueHealthOptions, TimeSpan>(nameof(PgQueueHealthOptions.ClockSkew), SettingText.Duration, static (o, v) => o.ClockSkew = v),
    ];
}
