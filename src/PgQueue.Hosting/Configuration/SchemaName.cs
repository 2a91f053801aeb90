namespace PgQueue.Configuration;

/// <summary>A checked schema name, and the one place where it enters SQL: the comment <c>/*schema*/</c> becomes the quoted name and a dot.</summary>
internal sealed record SchemaName
{
    public const string Placeholder = "/*schema*/";

    public SchemaName(string value)
    {
        if (!IsValid(value))
            throw new ArgumentException("Not a schema name.", nameof(value));
        Value = value;
        Prefix = $"\"{value}\".";
    }

    public string Value { get; }

    private string Prefix { get; }

    public static bool IsValid(string? value) => SchemaRules.IsName(value);

    public string In(string sql) => sql.Replace(Placeholder, Prefix, StringComparison.Ordinal);
}
