using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace PgQueue.Cli.Connecting;

/// <summary>Why a call of the database failed, in words that hold no password and no connection string.</summary>
internal static class Outage
{
    public static string Text(Exception exception) => exception switch
    {
        PostgresException e => Text(e),
        NpgsqlException { InnerException: PostgresException e } => Text(e),
        NpgsqlException { InnerException: SocketException e } => Text(e),
        SocketException e => Text(e),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "The database did not answer in time. Look at the server's load, its locks and the network.",
        NpgsqlException { InnerException: IOException } or IOException => "The connection to the database broke. Look at the server's log and the network.",
        NpgsqlException { InnerException: AuthenticationException } => "The TLS handshake with the database failed. Check the certificates and SSL Mode.",
        NpgsqlException e when e.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => "The server asks for a password, and none is given. Add Password= or a password file.",
        _ => $"The database cannot be used ({exception.GetType().Name}). --verbose shows the whole error.",
    };

    private static string Text(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "The database server refuses connections. Start it, or check Host and Port.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "The database server's name cannot be resolved. Check Host and the name service.",
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => "The network does not lead to the database server. Check routes and firewalls.",
        _ => $"The connection to the database failed ({e.SocketErrorCode}). Check the server and the network.",
    };

    private static string Text(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "The server refuses the user or the password. Check both, and pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName => "The database does not exist. Create it, or check Database.",
        PostgresErrorCodes.TooManyConnections => "The server has no connection left. Raise max_connections, or use fewer.",
        PostgresErrorCodes.CannotConnectNow => "The server is starting or stopping. Try again in a moment.",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "The server was stopped, or ended the session.",
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => "The server cancelled the statement. Look at statement_timeout, lock_timeout, locks and load.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "The server is read-only. Connect to the primary.",
        PostgresErrorCodes.InsufficientPrivilege => $"The database role may not do this: {e.MessageText}. Grant it what it needs; see \"pgqueue script --grants\".",
        _ => $"The server says {e.SqlState}: {e.MessageText}.",
    };
}
