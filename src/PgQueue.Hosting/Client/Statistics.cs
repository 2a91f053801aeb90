using System.Collections.Immutable;
using PgQueue.Configuration;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Figures for operators: reports, workers, and what ended when.</summary>
internal sealed class Statistics(StatsStore store)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>For windows of which length the counters still have which grain; roll_counters decides it.</summary>
    private static readonly ImmutableArray<(TimeSpan Window, TimeSpan Grain)> Grains =
    [
        (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10)),
        (TimeSpan.FromHours(2), TimeSpan.FromMinutes(1)),
        (TimeSpan.FromHours(26), TimeSpan.FromMinutes(10)),
        (TimeSpan.FromDays(8), TimeSpan.FromHours(1)),
        (Longest, TimeSpan.FromDays(1)),
    ];

    public async Task<JobReport> ReportAsync(CancellationToken cancellationToken) =>
        ReportWriter.Write(await StorageErrors.ExplainAsync(store.ReadReportAsync(cancellationToken)).ConfigureAwait(false));

    public async Task<IReadOnlyList<WorkerInfo>> WorkersAsync(CancellationToken cancellationToken)
    {
        var rows = await StorageErrors.ExplainAsync(store.ReadWorkersAsync(cancellationToken)).ConfigureAwait(false);
        return [.. rows.GroupBy(r => r.Worker).Select(Worker)];
    }

    public async Task<IReadOnlyList<RatePoint>> HistoryAsync(TimeSpan window, string? queue, CancellationToken cancellationToken)
    {
        if (window < Shortest || window > Longest)
            throw new InvalidJobFilterException(nameof(window), $"{window} is out of range. Allowed are {Shortest} to {Longest}.");
        if (queue is not null && !QueueRules.IsName(queue))
            throw new InvalidJobFilterException(nameof(queue), $"{SettingText.Show(queue)} is no queue name. It must be 1 to 64 of a-z 0-9 . _ : -");
        var width = Grains.First(g => window <= g.Window).Grain;
        var rows = await StorageErrors.ExplainAsync(store.ReadHistoryAsync(window, width, queue, cancellationToken)).ConfigureAwait(false);
        return [.. rows.Select(r => new RatePoint(Utc(r.At), r.Until - r.At, r.Succeeded, r.Failed, r.Cancelled, r.Retried))];
    }

    private static WorkerInfo Worker(IGrouping<Guid, WorkerRow> rows)
    {
        var worker = rows.First();
        return new WorkerInfo
        {
            Id = worker.Worker,
            Host = worker.Host,
            ProcessId = worker.ProcessId,
            Version = worker.Version,
            Queues = worker.Queues,
            Types = worker.Routes,
            StartedAt = Utc(worker.StartedAt),
            LeaseUntil = Utc(worker.LeaseUntil),
            IsAlive = worker.IsAlive,
            RunningJobs = worker.Jobs,
            Jobs = [.. rows.Where(r => r.Job is not null).Select(r => new RunningJob(r.Job!.Value, r.Type ?? "", r.Queue ?? "", r.Attempt!.Value, Utc(r.ClaimedAt!.Value)))],
        };
    }

    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
