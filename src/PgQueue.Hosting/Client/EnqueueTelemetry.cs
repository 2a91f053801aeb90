using PgQueue.Diagnostics;
using PgQueue.Handlers;

namespace PgQueue.Client;

/// <summary>Spans and figures of enqueue calls.</summary>
internal sealed class EnqueueTelemetry(QueueTracer tracer, QueueMetrics metrics, RouteTable routes)
{
    /// <summary>Whether anybody would see a call.</summary>
    public bool IsOn => metrics.CountsEnqueued || tracer.IsSending;

    public QueueMetrics Metrics => metrics;

    public EnqueueCall Begin(IList<NewJob> jobs) => new(this, jobs, tracer.IsSending, tracer.StartSend());

    /// <summary>A name for a tag: the route, or the payload class's own name where the caller gave no other.</summary>
    public string RouteOf(string type, NewJob job) => routes.Find(type)?.Handler.Route ?? (job.Options?.Type is null ? type : TelemetryTags.Other);
}
