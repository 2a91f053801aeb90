namespace PgQueue.Configuration;

/// <summary>What a queue's name and its <see cref="QueueOptions"/> must fulfil.</summary>
internal static class QueueRules
{
    public const int MaxNameLength = 64;

    public static bool IsName(string name)
    {
        foreach (var c in name)
            if (!(c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or ':' or '-'))
                return false;
        return name.Length is > 0 and <= MaxNameLength;
    }

    public static IEnumerable<string> Check(string name, QueueOptions? options, string path)
    {
        var queue = $"{path}:{name}";
        if (!IsName(name))
            return [$"{path}: {SettingText.Show(name)} is no queue name. It must be 1 to 64 of a-z 0-9 . _ : -"];
        return Allowed.Group(queue, options, static (o, p) =>
        [
            .. Allowed.Range($"{p}:{nameof(o.Concurrency)}", o.Concurrency, 1, 10_000),
            .. Allowed.AttemptTimeout($"{p}:{nameof(o.Timeout)}", o.Timeout),
            .. Allowed.Choice($"{p}:{nameof(o.CaptureLogs)}", o.CaptureLogs ?? JobLogLevel.None),
        ]);
    }
}
