using System.Globalization;

namespace PgQueue.ThrowawayPostgres.Search;

/// <summary>Says what to install, in the words of this operating system.</summary>
internal static class InstallAdvice
{
    private const string NewestMajor = "18";

    public static string ForPostgres(int? major, IReadOnlyList<PostgresBinaries> found)
    {
        var wanted = major?.ToString(CultureInfo.InvariantCulture);
        var missing = wanted is null ? "No PostgreSQL server binaries were found." : $"No PostgreSQL {wanted} server binaries were found.";
        var present = found.Count == 0 ? "" : $" Found: {string.Join(", ", found.Select(static one => $"{one.MajorVersion} in {one.BinDirectory}"))}.";
        return $"""
            {missing}{present}
            {ForThisSystem(wanted)}
            or set PGQUEUE_PG_BIN to the folder that holds initdb, pg_ctl and postgres,
            or run build/postgres.sh{(wanted is null ? "" : $" --versions {wanted}")}, which fetches them.
            """;
    }

    public static string ForPgBouncer() =>
        OperatingSystem.IsMacOS() ? "No pgbouncer was found. Install it: brew install pgbouncer"
        : OperatingSystem.IsWindows() ? "No pgbouncer was found on PATH, and throwaway ones need Linux or macOS."
        : "No pgbouncer was found. Install it: apt-get install pgbouncer (or dnf install pgbouncer), or run build/postgres.sh --pgbouncer";

    private static string ForThisSystem(string? wanted) =>
        OperatingSystem.IsMacOS() ? $"Install it: brew install postgresql@{wanted ?? NewestMajor}"
        : OperatingSystem.IsWindows() ? @"Install it with the installer from postgresql.org (C:\Program Files\PostgreSQL is searched)"
        : $"Install it: sudo apt-get install postgresql{(wanted is null ? "" : "-" + wanted)} (Debian, Ubuntu), or sudo dnf install postgresql-server (Fedora, RHEL)";
}
