namespace PgQueue.Configuration;

/// <summary>What <see cref="ShutdownOptions"/> must fulfil.</summary>
internal static class ShutdownRules
{
    public static IEnumerable<string> Check(ShutdownOptions options, string path) =>
    [
        .. Allowed.Range($"{path}:{nameof(options.DrainTimeout)}", options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1)),
        .. Allowed.Range($"{path}:{nameof(options.CancelTimeout)}", options.CancelTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
    ];
}
