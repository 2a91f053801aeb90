using System.Diagnostics.Metrics;

namespace PgQueue.Diagnostics;

/// <summary>The meter <c>PgQueue</c>.</summary>
internal sealed class QueueMetrics : IDisposable
{
    public const string MeterName = "PgQueue";
    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _claimDuration;

    public QueueMetrics() => _claimDuration = _meter.CreateHistogram<double>(
        "pgqueue.claim.duration", "s", "Round trip of one turn of the pump that claimed at least one job, outcomes settled with it included.");

    public void Claimed(TimeSpan duration) => _claimDuration.Record(duration.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
