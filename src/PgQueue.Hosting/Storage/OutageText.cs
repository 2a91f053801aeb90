using System.Net.Sockets;
using Npgsql;

namespace PgQueue.Storage;

/// <summary>Why a database call failed, in words that name no host, user, password or connection string: health answers may be public.</summary>
internal static class OutageText
{
    public static string Of(Exception exception) => exception switch
    {
        PostgresException e => Of(e),
        PgQueueException e => e.Message.TrimEnd('.'),
        NpgsqlException { InnerException: PostgresException e } => Of(e),
        NpgsqlException e when e.Message.Contains("pool has been exhausted", StringComparison.Ordinal) =>
            "every connection of the pool is in use; raise Maximum Pool Size, or look for connections that are not disposed",
        NpgsqlException { InnerException: SocketException e } => Of(e),
        SocketException e => Of(e),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException or OperationCanceledException => "it did not answer in time; look at the server's load, its locks and the network",
        NpgsqlException { InnerException: IOException } or IOException => "the connection broke; look at the server's log and the network",
        NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException } => "the TLS handshake failed; check the certificates and SSL Mode",
        _ => $"{exception.GetType().Name}; the log has the whole story",
    };

    private static string Of(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "the server refuses connections; start it, or check Host and Port",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the server's name cannot be resolved; check Host and the name service",
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable => "the network does not lead to the server; check routes and firewalls",
        _ => $"the connection failed ({exception.SocketErrorCode}); check the server and the network",
    };

    private static string Of(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "the server refuses the user or the password; check both, and pg_hba.conf",
        PostgresErrorCodes.InvalidCatalogName => "the database does not exist; create it, or check its name",
        PostgresErrorCodes.TooManyConnections => "the server has no connection left; raise max_connections, or use fewer",
        PostgresErrorCodes.CannotConnectNow => "the server is starting or stopping; it passes by itself",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "the server was stopped, or ended the session",
        PostgresErrorCodes.DiskFull => "the server's disk is full; free space there",
        PostgresErrorCodes.QueryCanceled => "the statement was cancelled; look at statement_timeout, locks and load",
        PostgresErrorCodes.InsufficientPrivilege => "the role may not do this; grant it what PgQueueSchema.GetGrantsScript() lists",
        _ => $"the server says {e.SqlState}, {e.MessageText}",
    };
}
