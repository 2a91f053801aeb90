namespace PgQueue.Configuration;

/// <summary>What <see cref="RetryOptions"/> must fulfil, global or of one handler.</summary>
internal static class RetryRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public static IEnumerable<string> Check(RetryOptions options, string path) =>
    [
        .. Allowed.Range($"{path}:{nameof(options.MaxAttempts)}", options.MaxAttempts, 1, 1000),
        .. Allowed.Range($"{path}:{nameof(options.BaseDelay)}", options.BaseDelay, Shortest, TimeSpan.FromDays(1)),
        .. Allowed.Range($"{path}:{nameof(options.MaxDelay)}", options.MaxDelay, Shortest, TimeSpan.FromDays(365)),
        .. Allowed.NotAbove($"{path}:{nameof(options.BaseDelay)}", options.BaseDelay, $"{path}:{nameof(options.MaxDelay)}", options.MaxDelay),
        .. Allowed.Choice($"{path}:{nameof(options.Jitter)}", options.Jitter),
    ];
}
