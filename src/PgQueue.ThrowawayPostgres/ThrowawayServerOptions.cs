using System.Collections.ObjectModel;

namespace PgQueue.ThrowawayPostgres;

/// <summary>Says which PostgreSQL a <see cref="ThrowawayServer"/> runs, and with which settings.</summary>
public sealed record ThrowawayServerOptions
{
    /// <summary>The major version to run, such as <c>17</c>.</summary>
    /// <value>Default <see langword="null"/>: what the variable <c>PGQUEUE_PG_VERSION</c> says, else the newest installed.</value>
    public string? Version { get; init; }

    /// <summary>The folder that holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</summary>
    /// <value>Default <see langword="null"/>: what the variable <c>PGQUEUE_PG_BIN</c> says, else a search of the usual places.</value>
    public string? BinDirectory { get; init; }

    /// <summary>Settings for <c>postgresql.conf</c>; each replaces the default of the same name.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Whether the server writes as carefully as one in production does.</summary>
    /// <value>Default <see langword="false"/>: <c>fsync</c> and <c>full_page_writes</c> are off, so data survives
    /// the death of the server but not of the machine. Set it for benchmarks and for tests of crashes.</value>
    public bool Durable { get; init; }
}
