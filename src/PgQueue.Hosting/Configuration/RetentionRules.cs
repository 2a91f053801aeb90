namespace PgQueue.Configuration;

/// <summary>What <see cref="RetentionOptions"/> and those of the queues must fulfil. Nothing may go before the partitions do.</summary>
internal static class RetentionRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public static IEnumerable<string> Check(RetentionOptions options, string path) =>
    [
        .. Range($"{path}:{nameof(options.Succeeded)}", options.Succeeded),
        .. Range($"{path}:{nameof(options.Failed)}", options.Failed),
        .. NotBelow($"{path}:{nameof(options.Failed)}", options.Failed, path, options.Succeeded),
        .. Allowed.Choice($"{path}:{nameof(options.Strategy)}", options.Strategy),
    ];

    public static IEnumerable<string> Check(IEnumerable<KeyValuePair<string, QueueOptions>> queues, RetentionOptions? all, string queuesPath, string path)
    {
        foreach (var (name, queue) in queues)
        {
            if (queue?.Retention is not { } own || all is null)
                continue;
            var at = $"{queuesPath}:{name}:{nameof(queue.Retention)}";
            foreach (var (key, value) in new[] { (nameof(own.Succeeded), own.Succeeded), (nameof(own.Failed), own.Failed) })
            {
                if (value is not { } keep)
                    continue;
                foreach (var error in Range($"{at}:{key}", keep).Concat(NotBelow($"{at}:{key}", keep, path, all.Succeeded)))
                    yield return error;
            }
        }
    }

    private static IEnumerable<string> Range(string path, TimeSpan value) => Allowed.Range(path, value, Shortest, Allowed.TenYears, orInfinite: true);

    private static IEnumerable<string> NotBelow(string path, TimeSpan value, string all, TimeSpan least)
    {
        if (value != Timeout.InfiniteTimeSpan && (least == Timeout.InfiniteTimeSpan || value < least))
            yield return $"{path} ({SettingText.Show(value)}) must not be below {all}:{nameof(RetentionOptions.Succeeded)} ({SettingText.Show(least)}), "
                + "the age at which whole partitions go. Lower that one, and raise those of what is to be kept longer.";
    }
}
