using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using PgQueue.Configuration;

namespace PgQueue.Registration;

/// <summary>Reads a section into options by <see cref="Settings"/> and goes on after an error, so that all are found at once.</summary>
/// <param name="section">The queue's section.</param>
/// <param name="names">The queues whose sections may lie below the unnamed queue's.</param>
internal sealed class ConfigurationReader(IConfigurationSection section, PgQueueNames names)
{
    private readonly List<string> _errors = [];

    /// <summary>Sets what the section says and leaves the rest alone. Returns the errors.</summary>
    public IReadOnlyList<string> ReadInto(PgQueueOptions options)
    {
        ReadGroup(section, Settings.All, options);
        return _errors;
    }

    private void ReadGroup(IConfigurationSection group, IReadOnlyList<Setting> settings, object owner)
    {
        if (!string.IsNullOrEmpty(group.Value))
            _errors.Add($"{group.Path} is a section and takes no value of its own. It may hold {KeysOf(settings)}.");
        foreach (var child in group.GetChildren())
        {
            if (settings.Find(child.Key) is { } setting)
                Read(child, setting, owner);
            else if (!HoldsQueues(group) || !names.IsSection(child.Key))
                _errors.Add(Unknown(group, child.Key, settings));
        }
    }

    private void Read(IConfigurationSection found, Setting setting, object owner)
    {
        if (setting.IsInCodeOnly)
            _errors.Add($"{found.Path} can be set in code only.");
        else if (setting.ReadTree is { } readTree)
            readTree(owner, Tree(found));
        else if (setting.Read is { } read)
            ReadValue(found, read, owner);
        else if (setting.EnterEntry is { } enterEntry)
            ReadMap(found, setting, setting.Enter!(owner), enterEntry);
        else
            ReadGroup(found, setting.Children, setting.Enter!(owner));
    }

    private void ReadValue(IConfigurationSection found, Func<object, string, string?> read, object owner)
    {
        foreach (var child in found.GetChildren())
            _errors.Add($"{child.Path} is no setting: {found.Path} takes one value.");

        // JSON null, like a missing key, means the default
        if (found.Value is { } text && read(owner, text) is { } expected)
            _errors.Add($"{found.Path} ({SettingText.Show(text)}) must be {expected}.");
    }

    private void ReadMap(IConfigurationSection found, Setting setting, object map, Func<object, string, object> enterEntry)
    {
        if (!string.IsNullOrEmpty(found.Value))
            _errors.Add($"{found.Path} ({SettingText.Show(found.Value)}) must be a section with one key for each name.");
        foreach (var entry in found.GetChildren())
            ReadGroup(entry, setting.Children, enterEntry(map, entry.Key));
    }

    /// <summary>Whatever stands below a section: keys 0, 1, 2 make an array, every value is a text.</summary>
    private static JsonNode? Tree(IConfigurationSection found)
    {
        var children = found.GetChildren().ToList();
        if (children.Count == 0)
            return found.Value is { } text ? JsonValue.Create(text) : null;
        if (children.Select(c => c.Key).Order(StringComparer.Ordinal).SequenceEqual(Enumerable.Range(0, children.Count).Select(SettingText.Show).Order(StringComparer.Ordinal), StringComparer.Ordinal))
            return new JsonArray([.. children.OrderBy(c => int.Parse(c.Key, CultureInfo.InvariantCulture)).Select(Tree)]);
        return new JsonObject(children.Select(c => KeyValuePair.Create(c.Key, Tree(c))));
    }

    private string Unknown(IConfigurationSection group, string key, IReadOnlyList<Setting> settings)
    {
        var here = settings.Where(s => !s.IsInCodeOnly).Select(s => s.Name);
        if (HoldsQueues(group))
            here = here.Concat(names.All.Where(name => name.Length > 0));
        var near = Suggestion.Nearest(key, here) is { } sibling
            ? $"{group.Path}:{sibling}"
            : Suggestion.Nearest(key, Settings.All.Paths(), static path => path[(path.LastIndexOf(':') + 1)..]) is { } path ? $"{section.Path}:{path}" : null;
        return $"{group.Path}:{key} is no setting. {(near is null ? $"{group.Path} may hold {KeysOf(settings)}." : $"Did you mean {near}?")}";
    }

    private static bool HoldsQueues(IConfigurationSection group) => string.Equals(group.Path, PgQueueOptions.SectionName, StringComparison.Ordinal);

    private static string KeysOf(IReadOnlyList<Setting> settings) => string.Join(", ", settings.Where(s => !s.IsInCodeOnly).Select(s => s.Name));
}
