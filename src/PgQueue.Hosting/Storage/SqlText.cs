using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using PgQueue.Configuration;

namespace PgQueue.Storage;

/// <summary>The statements of Storage/Sql, by file name, with the schema filled in.</summary>
internal sealed partial class SqlText(SchemaName schema)
{
    private readonly ConcurrentDictionary<string, string> _statements = new(StringComparer.Ordinal);

    public string this[string name] => _statements.GetOrAdd(name, Load, schema);

    /// <summary>The statement for a role that may not see payloads, headers, results, log lines and error texts: they are null.</summary>
    public string Withholding(string name) => Withheld().Replace(this[name], "null::text");

    [GeneratedRegex(@"/\*withheld\*/[\w.]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Withheld();

    private static string Load(string name, SchemaName schema)
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream($"Sql/{name}.sql")
            ?? throw new InvalidOperationException($"The embedded statement {name}.sql is missing from the package.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lines = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal));
        return schema.In(string.Join('\n', lines).Trim());
    }
}
