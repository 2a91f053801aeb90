namespace PgQueue.Configuration;

/// <summary>A checked schema name, and the one place where it enters SQL: the comment <c>/*schema*/</c> becomes the quoted name and a dot.</summary>
internal sealed record SchemaName
{
    public const string Placeholder = "/*schema*/";
    private const int MaxLength = 48;

    public SchemaName(string value)
    {
        if (!IsValid(value))
            throw new ArgumentException("Not a schema name.", nameof(value));
        Value = value;
        Prefix = $"\"{value}\".";
    }

    public string Value { get; }

    private string Prefix { get; }

    public static bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxLength || value.StartsWith("pg_", StringComparison.Ordinal))
            return false;
        foreach (var c in value)
            if (!(c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_'))
                return false;
        return !char.IsAsciiDigit(value[0]);
    }

    public string In(string sql) => sql.Replace(Placeholder, Prefix, StringComparison.Ordinal);
}
