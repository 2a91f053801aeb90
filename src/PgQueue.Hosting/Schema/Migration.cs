namespace PgQueue.Schema;

/// <summary>One step of the schema.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Name">What it does.</param>
/// <param name="Sql">Its text, with the schema placeholder.</param>
/// <param name="Hash">SHA-256 of the text: an applied step never changes.</param>
internal sealed record Migration(int Version, string Name, string Sql, string Hash);
