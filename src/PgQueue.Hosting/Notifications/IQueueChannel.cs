using Npgsql;

namespace PgQueue.Notifications;

/// <summary>What the listener needs of the database.</summary>
internal interface IQueueChannel
{
    Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The queue's own channel name: letters, digits and underscores only.</summary>
    Task<string> ChannelAsync(CancellationToken cancellationToken);

    Task NotifyAsync(string payload, CancellationToken cancellationToken);

    /// <summary>Whether the connection's server takes no writes. Throws within seconds if the connection is dead.</summary>
    Task<bool> IsStandbyAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}
