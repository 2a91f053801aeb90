namespace PgQueue.Configuration;

/// <summary>What <see cref="PgQueueHealthOptions"/> must fulfil.</summary>
internal static class HealthOptionRules
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public static IEnumerable<string> Check(PgQueueHealthOptions o, string path) =>
    [
        .. Allowed.Range($"{path}:{nameof(o.Timeout)}", o.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        .. Allowed.Range($"{path}:{nameof(o.CacheFor)}", o.CacheFor, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
        .. Allowed.Range($"{path}:{nameof(o.FailingAfter)}", o.FailingAfter, TimeSpan.Zero, TimeSpan.FromHours(1)),
        .. Allowed.Range($"{path}:{nameof(o.StalledAfter)}", o.StalledAfter, Second, TimeSpan.FromHours(1)),
        .. Ages(path, o.DegradedReadyAge, o.UnhealthyReadyAge),
        .. (o.Queues ?? new Dictionary<string, QueueHealthOptions>(StringComparer.Ordinal))
            .SelectMany(queue => Check(queue.Key, queue.Value, o, $"{path}:{nameof(o.Queues)}")),
        .. o.FailedPerHour is { } failed ? Allowed.Range($"{path}:{nameof(o.FailedPerHour)}", failed, 0, 1_000_000_000) : [],
        .. Allowed.Range($"{path}:{nameof(o.DeferredAge)}", o.DeferredAge, Second, Year, orInfinite: true),
        .. Allowed.Range($"{path}:{nameof(o.OverdueAfter)}", o.OverdueAfter, TimeSpan.FromSeconds(5), Year, orInfinite: true),
        .. Allowed.Range($"{path}:{nameof(o.HorizonAge)}", o.HorizonAge, Second, Year, orInfinite: true),
        .. Allowed.Range($"{path}:{nameof(o.DeadRows)}", o.DeadRows, 20_000, 1_000_000_000),
        .. Allowed.Range($"{path}:{nameof(o.ClockSkew)}", o.ClockSkew, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1), orInfinite: true),
    ];

    private static IEnumerable<string> Check(string name, QueueHealthOptions? options, PgQueueHealthOptions all, string path)
    {
        if (!QueueRules.IsName(name))
            return [$"{path}: {SettingText.Show(name)} is no queue name. It must be 1 to 64 of a-z 0-9 . _ : -"];
        return Allowed.Group(
            $"{path}:{name}", options, (o, p) => Ages(p, o.DegradedReadyAge ?? all.DegradedReadyAge, o.UnhealthyReadyAge ?? all.UnhealthyReadyAge));
    }

    private static IEnumerable<string> Ages(string path, TimeSpan degraded, TimeSpan unhealthy)
    {
        var (degradedPath, unhealthyPath) = ($"{path}:{nameof(PgQueueHealthOptions.DegradedReadyAge)}", $"{path}:{nameof(PgQueueHealthOptions.UnhealthyReadyAge)}");
        return
        [
            .. Allowed.Range(degradedPath, degraded, Second, Year, orInfinite: true),
            .. Allowed.Range(unhealthyPath, unhealthy, Second, Year, orInfinite: true),
            .. unhealthy == Timeout.InfiniteTimeSpan ? [] : Allowed.NotAbove(degradedPath, degraded, unhealthyPath, unhealthy),
        ];
    }
}
