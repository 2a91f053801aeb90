using Microsoft.Extensions.Logging;
using Npgsql;
using PgQueue.Diagnostics;
using PgQueue.Loops;

namespace PgQueue.Notifications;

/// <summary>
/// Listens on one connection and feeds the hub. Proves by a probe from another connection that notifications arrive; where they do not (a
/// transaction-mode pooler takes a LISTEN and delivers nothing), says so once, and leaves the work to polling.
/// </summary>
internal sealed class Listener(IQueueChannel channel, WakeHub hub, PollingOptions polling, TimeProvider time, ILogger logger)
    : BackgroundLoop("listener", time, logger)
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeAgainAfter = TimeSpan.FromMinutes(5);
    private volatile bool _saidMissing;

    /// <summary>Whether a probe came back on the present connection.</summary>
    public bool IsHealthy { get; private set; }

    /// <summary>Whether the last probe did not come back: the connection works, and notifications do not arrive.</summary>
    public bool IsMissing => _saidMissing;

    /// <summary>One listening session: returns when notifications do not arrive, throws when the connection fails.</summary>
    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        var name = await channel.ChannelAsync(cancellationToken).ConfigureAwait(false);
        var connection = await channel.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        var probe = $"?{Guid.NewGuid():N}";
        var arrived = false;
        connection.Notification += (_, e) =>
        {
            arrived |= string.Equals(e.Payload, probe, StringComparison.Ordinal);
            hub.Receive(e.Payload);
        };
        try
        {
            await ExecuteAsync(connection, $"listen {name}", cancellationToken).ConfigureAwait(false);
            hub.AnnounceReady(null);
            await channel.NotifyAsync(probe, cancellationToken).ConfigureAwait(false);
            var started = Time.GetTimestamp();
            while (!arrived && Time.GetElapsedTime(started) < ProbeTime)
                await connection.WaitAsync(TimeSpan.FromMilliseconds(250), cancellationToken).ConfigureAwait(false);
            if (!arrived)
                return GiveUp();
            IsHealthy = true;
            Pulse.Turned();
            Logger.NotificationsArrive();
            _saidMissing = false;
            while (true)
            {
                if (!await connection.WaitAsync(CheckEvery, cancellationToken).ConfigureAwait(false))
                    await CheckAsync(connection, cancellationToken).ConfigureAwait(false);
                Pulse.Beat();
            }
        }
        finally
        {
            IsHealthy = false;
            await UnlistenAsync(connection).ConfigureAwait(false);
            hub.AnnounceReady(null);
        }
    }

    /// <summary>The connection goes back to the pool without a reset.</summary>
    private static async Task UnlistenAsync(NpgsqlConnection connection)
    {
        try
        {
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "unlisten *", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
        {
            // a broken connection is not pooled again
        }
    }

    private TimeSpan GiveUp()
    {
        if (!_saidMissing)
            Logger.NotificationsMissing(polling.Busy);
        _saidMissing = true;
        return ProbeAgainAfter;
    }

    /// <summary>A silent connection is asked whether it still lives, and whether its server still takes writes.</summary>
    private async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await channel.IsStandbyAsync(connection, cancellationToken).ConfigureAwait(false))
            return;
        NpgsqlConnection.ClearPool(connection);
        throw new IOException("The server has become a standby; looking for the primary again.");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
