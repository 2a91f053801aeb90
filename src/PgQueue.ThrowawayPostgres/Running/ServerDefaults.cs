using Npgsql;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>The names and limits that all servers share.</summary>
internal static class ServerDefaults
{
    public const string SuperUser = "postgres";
    public const string Host = "127.0.0.1";
    public const int PortTries = 10;
    public static readonly TimeSpan InitLimit = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(10);

    public static string ConnectionString(string host, int port, string database, string? username) =>
        new NpgsqlConnectionStringBuilder { Host = host, Port = port, Database = database, Username = username ?? SuperUser }.ConnectionString;
}
