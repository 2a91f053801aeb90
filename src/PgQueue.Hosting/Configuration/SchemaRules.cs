namespace PgQueue.Configuration;

/// <summary>What the schema's name must fulfil. It is written into SQL, so nothing that would need quoting is let through.</summary>
internal static class SchemaRules
{
    public const int MaxLength = 48;

    public static bool IsName(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxLength || name[0] is >= '0' and <= '9' || name.StartsWith("pg_", StringComparison.Ordinal))
            return false;
        foreach (var c in name)
            if (!(c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_'))
                return false;
        return true;
    }

    public static IEnumerable<string> Check(string? name, string path)
    {
        if (!IsName(name))
            yield return $"{path} ({(name is null ? "null" : SettingText.Show(name))}) must be 1 to 48 of a-z 0-9 _, start with a letter or underscore, and not with pg_.";
    }
}
