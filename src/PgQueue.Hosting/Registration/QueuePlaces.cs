using System.Collections.Concurrent;
using PgQueue.Configuration;
using PgQueue.Storage;

namespace PgQueue.Registration;

/// <summary>Where every queue of the process has its tables, as far as it was looked at: two in one place would take each other's jobs.</summary>
internal sealed class QueuePlaces
{
    private readonly ConcurrentDictionary<string, (DatabaseChoice Database, string Schema)> _places = new(StringComparer.Ordinal);

    /// <summary>Notes where a queue is. Returns an error for every other queue that is there too.</summary>
    public IEnumerable<string> Check(string name, DatabaseChoice database, PgQueueOptions options)
    {
        _places[name] = (database, options.Schema);
        return
        [
            .. _places
                .Where(other => !string.Equals(other.Key, name, StringComparison.Ordinal)
                    && string.Equals(other.Value.Schema, options.Schema, StringComparison.Ordinal)
                    && other.Value.Database.IsSamePlaceAs(database))
                .OrderBy(other => other.Key, StringComparer.Ordinal)
                .Select(other =>
                    $"{SchemaOf(other.Key)} and {SchemaOf(name)} are both {SettingText.Show(options.Schema)} in the same database, so these two queues would take each "
                    + $"other's jobs. Give one of them another Schema or another database ({PgQueueRules.PathOf(name)}:{nameof(options.ConnectionString)})."),
        ];
    }

    private static string SchemaOf(string name) => $"{PgQueueRules.PathOf(name)}:{nameof(PgQueueOptions.Schema)}";
}
