namespace PgQueue.Cli.Output;

/// <summary>A report as tables.</summary>
internal static class ReportTables
{
    public static TableText Queues(JobReport report)
    {
        var table = new TableText("Queue", "#Ready", "#Scheduled", "#Running", "#Per second", "#Failed 1 h", "#Failure rate", "Oldest ready", "#Workers");
        foreach (var q in report.Queues)
        {
            table.Row(q.Queue, Figure.Of(q.Ready, q.Estimated, EstimatedFigures.Ready), Figure.Of(q.Scheduled, q.Estimated, EstimatedFigures.Scheduled),
                Figure.Of(q.Running, q.Estimated, EstimatedFigures.Running), Figure.PerSecond(q.LastMinute), Words.Number(q.LastHour.Failed), Figure.Share(q.LastHour),
                Words.Duration(q.OldestReadyAge), Words.Number(q.Workers));
        }

        return table;
    }

    public static TableText Types(IEnumerable<TypeReport> types)
    {
        var table = new TableText("Type", "#Ready", "#Scheduled", "#Running", "#Per second", "#Failed 1 h", "#Failure rate", "#Workers");
        foreach (var t in types)
        {
            table.Row(t.Type == TypeReport.Others ? "(others)" : t.Type, Figure.Of(t.Ready, t.Estimated, EstimatedFigures.Ready),
                Figure.Of(t.Scheduled, t.Estimated, EstimatedFigures.Scheduled), Figure.Of(t.Running, t.Estimated, EstimatedFigures.Running),
                Figure.PerSecond(t.LastMinute), Words.Number(t.LastHour.Failed), Figure.Share(t.LastHour), Words.Number(t.Workers));
        }

        return table;
    }

    public static TableText Workers(IEnumerable<WorkerInfo> workers)
    {
        var table = new TableText("Worker", "Host", "#Process", "Started", "Alive", "#Running", "~Queues", "~Types", "Version");
        foreach (var w in workers)
        {
            table.Row(w.Id.ToString(), w.Host, w.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), Words.Instant(w.StartedAt), w.IsAlive ? "yes" : "no",
                Words.Number(w.RunningJobs), string.Join(", ", w.Queues), string.Join(", ", w.Types), w.Version);
        }

        return table;
    }
}
