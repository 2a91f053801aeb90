using System.Text.RegularExpressions;

namespace PgQueue.Tests.House;

/// <summary>The table of who may know whom. A folder of the package is a room; the vocabulary is the root folder.</summary>
internal static partial class Rooms
{
    public const string Package = "src/PgQueue.Hosting";
    public const string Vocabulary = "";

    private static readonly string[] Layer0 = [Vocabulary, "Configuration"];
    private static readonly string[] Layer1 = ["Retry", "Cron", "Payloads", "Handlers"];
    private static readonly string[] Layer2 = ["Diagnostics", "Loops", "Storage", "Schema", "Notifications"];
    private static readonly string[] Layer3 = ["Client", "Leases", "Scheduling", "Maintenance", "Worker"];

    private static readonly Lazy<Dictionary<string, string>> FileRooms =
        new(() => SourceTree.Files(Package).GroupBy(f => f.Name).ToDictionary(g => g.Key, g => Of(g.First())));

    /// <summary>Every room and the rooms it may use beside itself.</summary>
    public static IReadOnlyDictionary<string, string[]> Uses { get; } = Table();

    /// <summary>What may be used beside System and the package itself, where the answer is not: anything of Microsoft.Extensions.</summary>
    public static IReadOnlyDictionary<string, string[]> Libraries { get; } = new Dictionary<string, string[]>
    {
        [Vocabulary] = ["Microsoft.Extensions.Options"],
        ["Configuration"] = ["Microsoft.Extensions.Options"],
        ["Retry"] = [],
        ["Cron"] = [],
        ["Payloads"] = ["Microsoft.Extensions.Options"],
        ["Handlers"] = ["Microsoft.Extensions.Options", "Microsoft.Extensions.DependencyInjection"],
        ["Diagnostics"] = ["Microsoft.Extensions.Options", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Diagnostics"],
    };

    public static string[] NameTheDriver { get; } = ["Storage", "Schema", "Notifications", "Registration"];

    public static string[] NameTheServiceProvider { get; } = ["Registration", "Worker", "Handlers"];

    /// <summary>Rooms with types that a user names, which may stand in the root namespace.</summary>
    public static string[] ShowTypes { get; } = ["Configuration", "Schema"];

    public static string[] ForbiddenFolders { get; } = ["Common", "Utils", "Helpers", "Managers", "Models", "Internal", "Options"];

    /// <summary>The room of a file of the package, by its folder.</summary>
    public static string Of(SourceFile file)
    {
        var parts = file.Path[(Package.Length + 1)..].Split('/');
        return parts.Length > 1 ? parts[0] : Vocabulary;
    }

    /// <summary>The room of a type: by its namespace, and by its file where the user shall see it in the root namespace.</summary>
    public static string? Of(Type type)
    {
        var outer = type;
        while (outer.DeclaringType is { } declaring)
            outer = declaring;
        var room = Of(type.Namespace);
        return room == Vocabulary ? FileRooms.Value.GetValueOrDefault(outer.Name.Split('`')[0], Vocabulary) : room;
    }

    /// <summary>The room of a namespace, or null if it is none of the package's.</summary>
    public static string? Of(string? name) => name switch
    {
        null => null,
        "PgQueue" => Vocabulary,
        _ => RoomName().Match(name) is { Success: true } match ? match.Groups[1].Value : null,
    };

    /// <summary>Whether one room may use another.</summary>
    public static bool May(string room, string other) =>
        room == other || other == Vocabulary || (Uses.TryGetValue(room, out var uses) && uses.Contains(other));

    private static Dictionary<string, string[]> Table()
    {
        var table = new Dictionary<string, string[]>();
        foreach (var room in Layer0.Concat(Layer1))
            table[room] = Layer0;
        foreach (var room in Layer2)
            table[room] = [.. Layer0, .. Layer1, "Diagnostics", "Loops"];
        foreach (var room in Layer3)
            table[room] = [.. Layer0, .. Layer1, .. Layer2];
        table["Payloads"] = [.. table["Payloads"], "Handlers"]; // a payload is read for its handler
        table["Worker"] = [.. table["Worker"], "Leases"];
        table["Health"] = [.. Layer0, .. Layer1, .. Layer2];
        table["Registration"] = [.. Layer0, .. Layer1, .. Layer2, .. Layer3, "Health"];
        return table;
    }

    [GeneratedRegex(@"^PgQueue\.(\w+)")]
    private static partial Regex RoomName();
}
