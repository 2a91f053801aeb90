using PgQueue.Configuration;

namespace PgQueue.Registration;

/// <summary>The names of all queues that were added to one service collection.</summary>
internal sealed class PgQueueNames
{
    private const int MaxLength = 64;
    private readonly List<string> _names = [];

    public IReadOnlyList<string> All => _names;

    /// <summary>Whether a section of this name belongs to a queue; configuration knows no case.</summary>
    public bool IsSection(string key) => _names.Exists(name => name.Length > 0 && string.Equals(name, key, StringComparison.OrdinalIgnoreCase));

    public bool Contains(string name) => _names.Contains(name, StringComparer.Ordinal);

    /// <summary>Adds a name; false if it is there already.</summary>
    public bool Add(string name)
    {
        if (Contains(name))
            return false;
        if (name.Length > 0)
            Check(name);
        _names.Add(name);
        return true;
    }

    private void Check(string name)
    {
        if (name.Length > MaxLength || name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") >= 0)
            throw new ArgumentException($"{SettingText.Show(name)} is no queue name: its section is {PgQueueOptions.SectionName}:(name), so use 1-64 of a-z A-Z 0-9 . _ -", nameof(name));
        if (Settings.All.Find(name) is { } setting)
            throw new ArgumentException($"{SettingText.Show(name)} cannot name a queue: {PgQueueOptions.SectionName}:{setting.Name} is a setting.", nameof(name));
        if (IsSection(name))
            throw new ArgumentException($"{SettingText.Show(name)} differs only in case from another queue's name, and both would read the same section.", nameof(name));
    }
}
