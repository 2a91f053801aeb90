namespace PgQueue.Configuration;

/// <summary>What <see cref="PollingOptions"/> must fulfil.</summary>
internal static class PollingRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    public static IEnumerable<string> Check(PollingOptions options, string path) =>
    [
        .. Allowed.Range($"{path}:{nameof(options.Busy)}", options.Busy, Shortest, TimeSpan.FromMinutes(1)),
        .. Allowed.Range($"{path}:{nameof(options.Idle)}", options.Idle, Shortest, TimeSpan.FromMinutes(10)),
        .. Allowed.NotAbove($"{path}:{nameof(options.Busy)}", options.Busy, $"{path}:{nameof(options.Idle)}", options.Idle),
    ];
}
