namespace PgQueue.Configuration;

/// <summary>The keys of one schedule.</summary>
internal static class ScheduleSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Value<ScheduleOptions, string>(nameof(ScheduleOptions.Cron), SettingText.Any, static (o, v) => o.Cron = v),
        Setting.Value<ScheduleOptions, string>(nameof(ScheduleOptions.TimeZone), SettingText.Any, static (o, v) => o.TimeZone = v),
        Setting.Value<ScheduleOptions, DaylightGap>(nameof(ScheduleOptions.Gap), SettingText.Choice, static (o, v) => o.Gap = v),
        Setting.Value<ScheduleOptions, DaylightOverlap>(nameof(ScheduleOptions.Overlap), SettingText.Choice, static (o, v) => o.Overlap = v),
        Setting.Value<ScheduleOptions, MissedRuns>(nameof(ScheduleOptions.MissedRuns), SettingText.Missed, static (o, v) => o.MissedRuns = v),
        Setting.Value<ScheduleOptions, WhenRunning>(nameof(ScheduleOptions.WhenRunning), SettingText.Choice, static (o, v) => o.WhenRunning = v),
        Setting.Value<ScheduleOptions, bool>(nameof(ScheduleOptions.Enabled), SettingText.Truth, static (o, v) => o.Enabled = v),
        Setting.Value<ScheduleOptions, string>(nameof(ScheduleOptions.Type), SettingText.Any, static (o, v) => o.Type = v),
        Setting.Value<ScheduleOptions, string>(nameof(ScheduleOptions.Queue), SettingText.Any, static (o, v) => o.Queue = v),
        Setting.Value<ScheduleOptions, int>(nameof(ScheduleOptions.Priority), SettingText.Whole, static (o, v) => o.Priority = v),
        Setting.Value<ScheduleOptions, int>(nameof(ScheduleOptions.MaxAttempts), SettingText.Whole, static (o, v) => o.MaxAttempts = v),
        Setting.Value<ScheduleOptions, TimeSpan>(nameof(ScheduleOptions.Timeout), SettingText.Duration, static (o, v) => o.Timeout = v),
        Setting.Tree<ScheduleOptions>("Payload", static (o, tree) => o.ConfiguredPayload = tree),
        Setting.InCodeOnly(nameof(ScheduleOptions.Headers)),
    ];
}
