using Microsoft.Extensions.Configuration;
using Npgsql;
using PgQueue.Configuration;

namespace PgQueue.Storage;

/// <summary>Which database a queue uses, and who said so: its own option, the data source in DI, or a connection string by name.</summary>
/// <param name="Source">Where it was found, as messages call it.</param>
/// <param name="ConnectionString">The text, if PgQueue is to build the data source.</param>
/// <param name="Registered">The data source in DI, if that is to be used.</param>
/// <param name="Unused">A connection string by this queue's name that the data source in DI wins over.</param>
internal sealed record DatabaseChoice(string Source, string? ConnectionString, NpgsqlDataSource? Registered, string? Unused)
{
    /// <summary>Null if there is no database at all.</summary>
    public static DatabaseChoice? Find(PgQueueOptions options, string name, NpgsqlDataSource? registered, IConfiguration? configuration)
    {
        if (options.ConnectionString is { } own)
            return new DatabaseChoice($"{PgQueueRules.PathOf(name)}:{nameof(options.ConnectionString)}", own, null, null);
        var key = KeyOf(name);
        var named = configuration?[key];
        if (registered is not null)
            return new DatabaseChoice("The NpgsqlDataSource in DI", null, registered, named is null || IsSame(named, registered) ? null : key);
        return named is null ? null : new DatabaseChoice(key, named, null, null);
    }

    public static string Missing(string name)
    {
        var key = name.Length == 0 ? PgQueueOptions.SectionName : name;
        return $$"""
            {{(name.Length == 0 ? "The queue" : $"Queue '{name}'")}} has no database. Add a connection string to appsettings.json:
            { "ConnectionStrings": { "{{key}}": "Host=localhost;Database=app;Username=app;Password=..." } }
            or set {{PgQueueRules.PathOf(name)}}:ConnectionString, or register an NpgsqlDataSource in DI.
            """;
    }

    public IEnumerable<string> Check(bool runsWorkers) => Registered is null
        ? ConnectionStringRules.Check(Source, ConnectionString!, runsWorkers)
        : ConnectionStringRules.Check(Source, new NpgsqlConnectionStringBuilder(Registered.ConnectionString), runsWorkers);

    /// <summary>What is allowed but probably not meant: for the caller to log at start.</summary>
    public IReadOnlyList<string> Warnings(string name) => Unused is null
        ? []
        : [$"{Unused} is not used, because an NpgsqlDataSource is registered in DI and wins. To use it, set {PgQueueRules.PathOf(name)}:ConnectionString instead."];

    /// <summary>Without the connection string: it may hold a password.</summary>
    public override string ToString() => Source;

    /// <summary>Whether both lead to one database: the same data source, or the same servers and database name.</summary>
    public bool IsSamePlaceAs(DatabaseChoice other) =>
        (Registered is not null && ReferenceEquals(Registered, other.Registered))
        || (PlaceOf(Text) is { } place && string.Equals(place, PlaceOf(other.Text), StringComparison.Ordinal));

    private string Text => Registered?.ConnectionString ?? ConnectionString!;

    /// <summary>Servers and database of a connection string, the same however it is written; null if it cannot be read.</summary>
    private static string? PlaceOf(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            var servers = (settings.Host ?? "").ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries)
                .Select(host => host.Contains(':', StringComparison.Ordinal) ? host : $"{host}:{SettingText.Show(settings.Port)}");
            return $"{string.Join(',', servers.Order(StringComparer.Ordinal))}/{settings.Database ?? settings.Username}";
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>An application may well build its data source from the very same connection string.</summary>
    private static bool IsSame(string connectionString, NpgsqlDataSource registered) =>
        PlaceOf(connectionString) is { } place && string.Equals(place, PlaceOf(registered.ConnectionString), StringComparison.Ordinal);

    private static string KeyOf(string name) => $"ConnectionStrings:{(name.Length == 0 ? PgQueueOptions.SectionName : name)}";
}
