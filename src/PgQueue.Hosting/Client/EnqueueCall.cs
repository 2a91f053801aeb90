using System.Diagnostics;
using PgQueue.Diagnostics;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>One enqueue call as telemetry sees it: one span however many jobs, which all carry its context.</summary>
internal sealed class EnqueueCall(EnqueueTelemetry telemetry, IList<NewJob> jobs, bool isTraced, Activity? span) : IDisposable
{
    /// <summary>What the jobs carry: the call's span, or the caller's where nobody listens to ours.</summary>
    public TraceHeaders? Trace { get; } = isTraced ? TraceHeaders.Of(span ?? Activity.Current, jobs.Count) : null;

    public void Stored(IReadOnlyList<NewJobRow> rows, JobReceipt[] receipts)
    {
        Describe(rows, receipts is [var only] ? only : null);
        if (telemetry.Metrics.CountsEnqueued)
            Count(rows, receipts);
    }

    public void Failed(IReadOnlyList<NewJobRow> rows, Exception exception)
    {
        Describe(rows, receipt: null);
        QueueTracer.Fail(span, exception);
    }

    public void Dispose() => QueueTracer.End(span);

    private void Describe(IReadOnlyList<NewJobRow> rows, JobReceipt? receipt)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        var first = rows.Count > 0 ? rows[0] : null;
        var isOneQueue = first is not null && rows.All(r => string.Equals(r.Queue, first.Queue, StringComparison.Ordinal));
        var isOneType = first is not null && rows.All(r => string.Equals(r.Type, first.Type, StringComparison.Ordinal));
        var isSingle = jobs.Count == 1;
        QueueTracer.Sent(
            span, isOneQueue ? first!.Queue : null, isOneType ? first!.Type : null, isSingle ? jobs[0]?.Options?.Priority ?? JobPriority.Default : null, jobs.Count,
            isSingle ? receipt?.JobId ?? first?.Id : null, receipt is { } stored ? TelemetryTags.Of(stored.Outcome) : null);
    }

    /// <summary>Rows of a kind follow each other as a rule, and are counted together.</summary>
    private void Count(IReadOnlyList<NewJobRow> rows, JobReceipt[] receipts)
    {
        var start = 0;
        for (var i = 1; i <= rows.Count; i++)
        {
            if (i < rows.Count && IsOfOneKind(start, i))
                continue;
            telemetry.Metrics.Enqueued(rows[start].Queue, telemetry.RouteOf(rows[start].Type, jobs[start]), receipts[start].Outcome, i - start);
            start = i;
        }

        bool IsOfOneKind(int a, int b) =>
            string.Equals(rows[a].Queue, rows[b].Queue, StringComparison.Ordinal)
            && string.Equals(rows[a].Type, rows[b].Type, StringComparison.Ordinal)
            && receipts[a].Outcome == receipts[b].Outcome
            && jobs[a].Options?.Type is null == jobs[b].Options?.Type is null;
    }
}
