using System.Net;
using System.Net.Sockets;

namespace PgQueue.ThrowawayPostgres.Running;

/// <summary>Asks the system for a port that nobody uses right now.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
