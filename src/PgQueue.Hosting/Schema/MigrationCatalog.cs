using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgQueue.Schema;

/// <summary>The steps of the schema that this package carries, in order.</summary>
internal static class MigrationCatalog
{
    private const string Prefix = "Migrations/";

    public static IReadOnlyList<Migration> All { get; } = Load();

    public static int Latest => All[^1].Version;

    /// <summary>A newer schema that says it needs at least this number of steps known is refused; see <c>migration.oldest_compatible</c>.</summary>
    public const int OldestCompatible = 7;

    public static string Read(string resource)
    {
        using var stream = typeof(MigrationCatalog).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The embedded file {resource} is missing from the package.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static Migration[] Load() =>
        [.. typeof(MigrationCatalog).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Make(Path.GetFileNameWithoutExtension(name[Prefix.Length..]), Read(name)))];

    private static Migration Make(string file, string sql)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        return new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], sql, hash);
    }
}
