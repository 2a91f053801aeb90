namespace PgQueue.Configuration;

/// <summary>What <see cref="HandlerOptions"/> must fulfil, but for their aliases: those belong to the routes.</summary>
internal static class HandlerRules
{
    public static IEnumerable<string> Check(HandlerOptions options, string route)
    {
        var path = $"handler '{route}': ";
        return
        [
            .. Allowed.AttemptTimeout(path + nameof(options.Timeout), options.Timeout),
            .. Allowed.Choice(path + nameof(options.CaptureLogs), options.CaptureLogs ?? JobLogLevel.None),
            .. options.Retry is { } retry ? RetryRules.Check(retry, path + nameof(options.Retry)) : [],
        ];
    }
}
