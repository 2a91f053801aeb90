using PgQueue.Notifications;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>What every admin of one queue shares, whoever acts.</summary>
internal sealed record AdminParts(
    JobSearch Search, ActStore Acts, UpkeepStore Upkeep, JobReader Reader, Statistics Statistics, WakeHub Hub, Func<Guid?> Worker, TimeProvider Time);
