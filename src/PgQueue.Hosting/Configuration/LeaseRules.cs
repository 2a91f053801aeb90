namespace PgQueue.Configuration;

/// <summary>What <see cref="LeaseOptions"/> must fulfil.</summary>
internal static class LeaseRules
{
    public static IEnumerable<string> Check(LeaseOptions options, string path)
    {
        IEnumerable<string> errors =
        [
            .. Allowed.Range($"{path}:{nameof(options.Duration)}", options.Duration, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1)),
            .. Allowed.Range($"{path}:{nameof(options.RenewEvery)}", options.RenewEvery, TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(20)),
            .. Allowed.Range($"{path}:{nameof(options.MaxCrashes)}", options.MaxCrashes, 1, 100),
        ];
        return options.RenewEvery <= options.Duration / 2
            ? errors
            : errors.Append(
                $"{path}:{nameof(options.RenewEvery)} ({SettingText.Show(options.RenewEvery)}) must be at most half of "
                + $"{path}:{nameof(options.Duration)} ({SettingText.Show(options.Duration)}).");
    }
}
