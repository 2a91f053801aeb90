using Npgsql;
using PgQueue.Configuration;

namespace PgQueue.Schema;

/// <summary>What the database's ledger says, against the steps of this package.</summary>
internal sealed record SchemaState(bool HasLedger, IReadOnlyDictionary<int, string> Hashes, int OldestCompatible)
{
    public int Applied => Hashes.Count == 0 ? 0 : Hashes.Keys.Max();

    public IReadOnlyList<Migration> Pending => [.. MigrationCatalog.All.Where(m => !Hashes.ContainsKey(m.Version))];

    public static async Task<SchemaState> ReadAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("select to_regclass($1) is not null", connection);
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"\"{schema.Value}\".migration" });
        if (!(bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
            return new SchemaState(HasLedger: false, new Dictionary<int, string>(), 0);
        await using var read = new NpgsqlCommand(schema.In("select version, hash, oldest_compatible from /*schema*/migration order by version"), connection);
        await using var reader = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var hashes = new Dictionary<int, string>();
        var oldest = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            hashes.Add(reader.GetInt32(0), reader.GetString(1));
            oldest = Math.Max(oldest, reader.GetInt32(2));
        }

        return new SchemaState(HasLedger: true, hashes, oldest);
    }

    /// <summary>Refuses a schema that a newer package changed beyond this one, or whose applied steps differ from ours.</summary>
    public void Check(SchemaName schema)
    {
        if (OldestCompatible > MigrationCatalog.Latest)
        {
            throw new SchemaVersionException(
                $"Schema \"{schema.Value}\" is at version {Applied} and needs a package that knows version {OldestCompatible}; this one knows {MigrationCatalog.Latest}. Deploy the newer package.");
        }

        foreach (var step in MigrationCatalog.All)
        {
            if (Hashes.TryGetValue(step.Version, out var hash) && !string.Equals(hash, step.Hash, StringComparison.Ordinal))
            {
                throw new SchemaVersionException(
                    $"Step {step.Version} ({step.Name}) of schema \"{schema.Value}\" was applied from another text than this package carries. Use another schema, or the package that made it.");
            }
        }
    }
}
