using Npgsql;
using PgQueue.Notifications;
using PgQueue.Storage;

namespace PgQueue.Registration;

/// <summary>The listener's view of a queue's database.</summary>
internal sealed class QueueChannel(QueueDatabase database, DueStore store) : IQueueChannel
{
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => database.OpenAsync(cancellationToken);

    public async Task<string> ChannelAsync(CancellationToken cancellationToken) =>
        (await database.IdentityAsync(cancellationToken).ConfigureAwait(false)).Channel;

    public Task NotifyAsync(string payload, CancellationToken cancellationToken) => store.NotifyAsync(payload, cancellationToken);

    public Task<bool> IsStandbyAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        database.IsStandbyAsync(connection, cancellationToken);
}
