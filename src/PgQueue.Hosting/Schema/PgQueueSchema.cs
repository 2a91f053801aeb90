using System.Globalization;
using System.Text;
using PgQueue.Configuration;
using PgQueue.Schema;

namespace PgQueue;

/// <summary>The database schema as scripts, for those who apply changes by hand.</summary>
public static class PgQueueSchema
{
    /// <summary>The schema version this package needs.</summary>
    public static int Version => MigrationCatalog.Latest;

    /// <summary>One script that brings a schema up to date: what <c>Migrate = Auto</c> would do. Run it in one psql session; each step is a transaction.</summary>
    /// <param name="fromVersion">The version the schema has; 0 for none.</param>
    /// <param name="schema">The schema's name.</param>
    public static string GetScript(int fromVersion = 0, string schema = "pgqueue")
    {
        if (!SchemaName.IsValid(schema))
            throw new ArgumentException("A schema name is 1-48 lower-case letters, digits and underscores, not starting with a digit or pg_.", nameof(schema));
        ArgumentOutOfRangeException.ThrowIfNegative(fromVersion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromVersion, Version);
        var name = new SchemaName(schema);
        var script = new StringBuilder();
        script.Append("-- PgQueue schema ").Append(schema).Append(", version ").Append(fromVersion.ToString(CultureInfo.InvariantCulture))
            .Append(" to ").Append(Version.ToString(CultureInfo.InvariantCulture)).Append("\n\\set ON_ERROR_STOP on\n");
        if (fromVersion == 0)
            script.Append("create schema if not exists \"").Append(schema).Append("\";\n").Append(name.In(MigrationCatalog.Read("MigrationLedger.sql")));
        foreach (var step in MigrationCatalog.All.Where(m => m.Version > fromVersion))
        {
            script.Append("\nbegin;\n").Append(name.In(step.Sql)).Append(name.In("insert into /*schema*/migration(version, name, hash, oldest_compatible) values ("))
                .Append(CultureInfo.InvariantCulture, $"{step.Version}, '{step.Name}', '{step.Hash}', {MigrationCatalog.OldestCompatible});\ncommit;\n");
        }

        return script.ToString();
    }

    /// <summary>A script that makes least-privilege roles for enqueueing, working and viewing, and grants them what they need and no more.</summary>
    /// <param name="schema">The schema's name; the roles are named after it.</param>
    public static string GetGrantsScript(string schema = "pgqueue")
    {
        if (!SchemaName.IsValid(schema))
            throw new ArgumentException("A schema name is 1-48 lower-case letters, digits and underscores, not starting with a digit or pg_.", nameof(schema));
        return new SchemaName(schema).In(MigrationCatalog.Read("Grants.sql")).Replace("/*name*/", schema, StringComparison.Ordinal);
    }
}
