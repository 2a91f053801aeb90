using System.Globalization;

namespace PgQueue.TestWorker;

/// <summary>The arguments of this process: words of the form name=value.</summary>
internal sealed class Settings(string[] arguments)
{
    private readonly Dictionary<string, string> _values = arguments
        .Select(a => a.Split('=', 2))
        .ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);

    public string Database => _values["db"];

    public string History => _values["history"];

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Milliseconds(string name, int otherwise) => TimeSpan.FromMilliseconds(Number(name, otherwise));
}
