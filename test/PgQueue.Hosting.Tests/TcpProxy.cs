using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace PgQueue.Tests;

/// <summary>
/// Stands between a host and its server and fails in the ways that networks do: swallows everything, drops the reply to one statement, refuses.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private int _requests;
    private volatile bool _isBlackhole;
    private volatile bool _isRefusing;
    private volatile string? _dropReplyTo;
    private int _dropsLeft;

    public TcpProxy(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        _target = new IPEndPoint(Dns.GetHostAddresses(settings.Host!).First(a => a.AddressFamily == AddressFamily.InterNetwork), settings.Port);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(database)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        _accepting = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>How many packets clients have sent: close to the number of round trips.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Fires when a reply was dropped.</summary>
    public TaskCompletionSource Dropped { get; } = Signals.New();

    /// <summary>The server runs the next statements that hold this text, and the client never hears of it: its connection breaks.</summary>
    public void DropReplyTo(string statement, int times = 1)
    {
        _dropsLeft = times;
        _dropReplyTo = statement;
    }

    /// <summary>Connections stay open, new ones too, and nothing passes.</summary>
    public void Blackhole() => _isBlackhole = true;

    /// <summary>Every connection breaks, and no new one is made.</summary>
    public void Refuse()
    {
        _isRefusing = true;
        BreakAll();
    }

    /// <summary>New connections work. What was swallowed stays so, and its connections break.</summary>
    public void Heal()
    {
        (_isBlackhole, _isRefusing) = (false, false);
        BreakAll();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        BreakAll();
        await _accepting;
    }

    private void BreakAll()
    {
        foreach (var (link, _) in _links)
            link.Break();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_isRefusing)
                    client.Client.Close(0);
                else
                    _ = RunAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // disposed
        }
    }

    private async Task RunAsync(TcpClient client)
    {
        using var link = new Link(client, new TcpClient { NoDelay = true });
        _links.TryAdd(link, true);
        try
        {
            await link.Server.ConnectAsync(_target);
            if (_isRefusing)
                return;
            await Task.WhenAny(RequestsAsync(link), RepliesAsync(link));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // the other end has gone
        }
        finally
        {
            _links.TryRemove(link, out _);
        }
    }

    private async Task RequestsAsync(Link link)
    {
        var buffer = new byte[256 * 1024];
        while (await ReadAsync(link.Client, buffer) is > 0 and var count)
        {
            Interlocked.Increment(ref _requests);
            if (_isBlackhole)
                continue;
            if (_dropReplyTo is { } text && Encoding.Latin1.GetString(buffer, 0, count).Contains(text, StringComparison.Ordinal) && Interlocked.Decrement(ref _dropsLeft) >= 0)
                link.DropsReply = true;
            await link.Server.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private async Task RepliesAsync(Link link)
    {
        var buffer = new byte[256 * 1024];
        while (await ReadAsync(link.Server, buffer) is > 0 and var count)
        {
            if (_isBlackhole)
                continue;
            if (link.DropsReply)
            {
                // the server answers when it has committed, for each of our statements is a transaction of its own
                Dropped.TrySetResult();
                link.Break();
                return;
            }

            await link.Client.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private static async Task<int> ReadAsync(TcpClient from, byte[] buffer)
    {
        try
        {
            return await from.GetStream().ReadAsync(buffer);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return 0;
        }
    }

    private sealed class Link(TcpClient client, TcpClient server) : IDisposable
    {
        public TcpClient Client => client;

        public TcpClient Server => server;

        public bool DropsReply { get; set; }

        public void Break()
        {
            client.Client?.Close(0);
            server.Client?.Close(0);
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
