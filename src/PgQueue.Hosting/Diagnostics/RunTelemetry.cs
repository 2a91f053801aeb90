using System.Diagnostics;

namespace PgQueue.Diagnostics;

/// <summary>Span and figures of one run after the other.</summary>
internal sealed class RunTelemetry(QueueTracer tracer, QueueMetrics metrics, TimeProvider time)
{
    /// <summary>The run begins. Its span, if anybody listens, is the current activity of the caller from here on.</summary>
    public Activity? Begin(JobFacts facts, string route)
    {
        metrics.Started(facts, route, time.GetUtcNow());
        return tracer.StartRun(facts, route);
    }

    public void End(Activity? span, JobFacts facts, string route, long startedAt, AttemptOutcome outcome, Exception? exception)
    {
        metrics.Ran(facts.Queue, route, outcome, time.GetElapsedTime(startedAt));
        QueueTracer.EndRun(span, outcome, exception);
    }
}
