using System.Text.Json.Nodes;

namespace PgQueue.Configuration;

/// <summary>One key of the configuration: a value, a group of keys, a map of free names, or an option that only code can set.</summary>
internal sealed record Setting
{
    public required string Name { get; init; }

    /// <summary>A value's text into the object that holds it; null, or what was expected instead.</summary>
    public Func<object, string, string?>? Read { get; init; }

    /// <summary>From the object that holds a group or map to the group or map itself.</summary>
    public Func<object, object>? Enter { get; init; }

    /// <summary>From a map and a name to the entry of that name.</summary>
    public Func<object, string, object>? EnterEntry { get; init; }

    /// <summary>The keys below a group, or below each entry of a map.</summary>
    public IReadOnlyList<Setting> Children { get; init; } = [];

    /// <summary>A whole section, whatever it holds, into the object that holds it.</summary>
    public Action<object, JsonNode?>? ReadTree { get; init; }

    public bool IsInCodeOnly => Read is null && Enter is null && ReadTree is null;

    public static Setting Value<TOwner, TValue>(string name, ReadText<TValue> read, Action<TOwner, TValue> set) => new()
    {
        Name = name,
        Read = (owner, text) =>
        {
            var expected = read(text, out var value);
            if (expected is null)
                set((TOwner)owner, value);
            return expected;
        },
    };

    public static Setting Group<TOwner>(string name, Func<TOwner, object> enter, params IReadOnlyList<Setting> children) =>
        new() { Name = name, Enter = owner => enter((TOwner)owner), Children = children };

    public static Setting Map<TOwner, TEntry>(string name, Func<TOwner, IDictionary<string, TEntry>> enter, params IReadOnlyList<Setting> children)
        where TEntry : class, new() => new()
    {
        Name = name,
        Enter = owner => enter((TOwner)owner),
        EnterEntry = static (map, entry) =>
        {
            var entries = (IDictionary<string, TEntry>)map;
            if (!entries.TryGetValue(entry, out var found))
                entries[entry] = found = new TEntry();
            return found;
        },
        Children = children,
    };

    public static Setting Tree<TOwner>(string name, Action<TOwner, JsonNode?> set) =>
        new() { Name = name, ReadTree = (owner, tree) => set((TOwner)owner, tree) };

    public static Setting InCodeOnly(string name) => new() { Name = name };
}
