namespace PgQueue.Diagnostics;

/// <summary>What the gauges look at while workers run.</summary>
/// <param name="Running">Jobs running now, by queue.</param>
/// <param name="Notified">Whether notifications arrive; null where they are switched off.</param>
/// <param name="Depths">The counts of the database.</param>
internal sealed record WorkerView(Func<IEnumerable<(string Queue, int Jobs)>> Running, Func<bool>? Notified, DepthSampler Depths);
