using System.Globalization;
using PgQueue.ThrowawayPostgres.Search;

namespace PgQueue.ThrowawayPostgres;

/// <summary>One installed set of PostgreSQL server binaries.</summary>
public sealed class PostgresBinaries
{
    internal PostgresBinaries(string binDirectory, string versionText, int majorVersion)
    {
        BinDirectory = binDirectory;
        VersionText = versionText;
        MajorVersion = majorVersion;
    }

    /// <summary>The major version, such as 17.</summary>
    public int MajorVersion { get; }

    /// <summary>The folder that holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</summary>
    public string BinDirectory { get; }

    internal string VersionText { get; }

    /// <summary>Finds the binaries to use.</summary>
    /// <param name="version">The major version; <see langword="null"/> for what <c>PGQUEUE_PG_VERSION</c> says, else the newest.</param>
    /// <param name="binDirectory">Their folder; <see langword="null"/> for what <c>PGQUEUE_PG_BIN</c> says, else a search.</param>
    /// <returns>The binaries.</returns>
    /// <exception cref="ThrowawayPostgresException">There are none; the message says what to install.</exception>
    public static PostgresBinaries Find(string? version = null, string? binDirectory = null)
    {
        version = NullIfEmpty(version) ?? NullIfEmpty(Environment.GetEnvironmentVariable("PGQUEUE_PG_VERSION"));
        int? major = version is null ? null : ParseMajor(version);
        if (binDirectory is not null)
            return Named(binDirectory, major, "BinDirectory");

        var named = NullIfEmpty(Environment.GetEnvironmentVariable("PGQUEUE_PG_BIN"));
        if (named is not null && major is null)
            return Named(named, major, "PGQUEUE_PG_BIN");

        var all = FindAll();
        var found = major is null ? all.MaxBy(static binaries => binaries.MajorVersion) : all.FirstOrDefault(binaries => binaries.MajorVersion == major);
        return found ?? throw new ThrowawayPostgresException(InstallAdvice.ForPostgres(major, all));
    }

    /// <summary>Finds all installed sets of server binaries, in the order of the search.</summary>
    /// <returns>The sets; empty if nothing is installed.</returns>
    public static IReadOnlyList<PostgresBinaries> FindAll() =>
        [.. BinaryPlaces.All().Select(BinaryProbe.Read).OfType<PostgresBinaries>().DistinctBy(static binaries => binaries.BinDirectory, StringComparer.Ordinal)];

    internal string PathOf(string program) => BinaryProbe.PathOf(BinDirectory, program);

    private static PostgresBinaries Named(string directory, int? major, string source)
    {
        var found = BinaryProbe.Read(directory)
            ?? throw new ThrowawayPostgresException(
                $"{source} is '{directory}', but that folder does not hold working copies of initdb, pg_ctl and postgres.");
        if (major is not null && major != found.MajorVersion)
        {
            throw new ThrowawayPostgresException(
                $"{source} is '{directory}', which holds PostgreSQL {found.MajorVersion}, but version {major} is asked for.");
        }

        return found;
    }

    private static int ParseMajor(string version) =>
        int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            ? major
            : throw new ThrowawayPostgresException($"'{version}' is not a PostgreSQL version; give the major one, such as 17.");

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
