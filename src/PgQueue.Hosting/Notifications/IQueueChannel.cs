using Npgsql;

namespace PgQueue.Notifications;

/// <summary>What the listener needs of the database.</summary>
internal interface IQueueChannel
{
    Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The queue's own channel name: letters, digits and underscores only.</summary>
    Task<string> ChannelAsync(CancellationToken cancellationToken);

    Task NotifyAsync(string payload, CancellationToken cancellationToken);
}
