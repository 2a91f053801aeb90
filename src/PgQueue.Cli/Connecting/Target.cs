namespace PgQueue.Cli.Connecting;

/// <summary>Which queue: a database and a schema in it.</summary>
/// <param name="ConnectionString">Never printed: it may hold a password.</param>
/// <param name="Source">Who said so, as messages call it.</param>
/// <param name="Schema">The schema's name.</param>
internal sealed record Target(string ConnectionString, string Source, string Schema)
{
    public const string DefaultSchema = "pgqueue";

    public override string ToString() => $"schema {Schema} of {Source}";
}
