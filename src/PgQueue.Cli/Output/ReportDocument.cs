namespace PgQueue.Cli.Output;

/// <summary>A report, and workers, as documents with names of their own: a new name in the library does not change them.</summary>
internal static class ReportDocument
{
    public static object Of(JobReport report) => new
    {
        report.At,
        Total = new
        {
            report.Total.Ready,
            report.Total.Scheduled,
            report.Total.Deferred,
            report.Total.Running,
            report.Total.Succeeded,
            report.Total.Failed,
            report.Total.Cancelled,
            report.Total.Retries,
            report.Total.Workers,
            report.Total.OldestReadyAge,
            Estimated = Estimates(report.Total.Estimated),
            LastMinute = Of(report.Total.LastMinute),
            LastHour = Of(report.Total.LastHour),
            LastDay = Of(report.Total.LastDay),
        },
        Queues = report.Queues.Select(q => Counts(new Dictionary<string, object?>(StringComparer.Ordinal) { ["queue"] = q.Queue, ["oldestReadyAge"] = q.OldestReadyAge }, q)),
        Types = report.Types.Select(t => Counts(new Dictionary<string, object?>(StringComparer.Ordinal) { ["type"] = t.Type == TypeReport.Others ? null : t.Type }, t)),
    };

    public static object Of(WorkerInfo worker) => new
    {
        worker.Id,
        worker.Host,
        worker.ProcessId,
        worker.Version,
        worker.Queues,
        worker.Types,
        worker.StartedAt,
        worker.LeaseUntil,
        worker.IsAlive,
        worker.RunningJobs,
        Jobs = worker.Jobs.Select(j => new { j.Id, j.Type, j.Queue, j.Attempt, j.ClaimedAt }),
    };

    private static object Of(JobRates rates) => new { rates.Span, rates.Succeeded, rates.Failed, rates.Cancelled, rates.Retried, rates.PerSecond, rates.FailureRate };

    private static Dictionary<string, object?> Counts(Dictionary<string, object?> document, JobCounts counts)
    {
        document["ready"] = counts.Ready;
        document["scheduled"] = counts.Scheduled;
        document["deferred"] = counts.Deferred;
        document["running"] = counts.Running;
        document["succeeded"] = counts.Succeeded;
        document["failed"] = counts.Failed;
        document["cancelled"] = counts.Cancelled;
        document["retries"] = counts.Retries;
        document["workers"] = counts.Workers;
        document["estimated"] = Estimates(counts.Estimated);
        document["lastMinute"] = Of(counts.LastMinute);
        document["lastHour"] = Of(counts.LastHour);
        document["lastDay"] = Of(counts.LastDay);
        return document;
    }

    /// <summary>Which figures are estimates.</summary>
    private static IEnumerable<EstimatedFigures> Estimates(EstimatedFigures estimated) =>
        Enum.GetValues<EstimatedFigures>().Where(figure => figure != EstimatedFigures.None && estimated.HasFlag(figure));
}
