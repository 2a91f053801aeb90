using Microsoft.Extensions.Logging;
using PgQueue.Diagnostics;
using PgQueue.Handlers;
using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>What the pumps of one process share.</summary>
internal sealed record WorkerParts(
    QueueDatabase Database, RouteTable Routes, LaneCatalog Lanes, Heartbeat Heartbeat, LeaseBook Book, ClaimCursor Cursor, Suspects Suspects, PauseBook Pauses, JobExecutor Executor,
    IReadOnlyList<QueueFeed> Feeds, ProgressLoop Progress, QueueMetrics Metrics, Action<TimeSpan> Scheduled, TimeProvider Time, ILogger Logger)
{
    public int Held => Feeds.Sum(f => f.Runner.Held);
}
