using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>Writes the last progress of every job of this process that has reported since, at most once a second. Sleeps while nobody reports.</summary>
internal sealed class ProgressLoop(ProgressStore store, TimeProvider time, ILogger logger) : BackgroundLoop("progress", time, logger)
{
    /// <summary>A second, whatever the loop's jitter makes of it.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1.15);
    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);
    private readonly ConcurrentQueue<JobRun> _reported = new();
    private int _isAwake;

    /// <summary>That run has something to write.</summary>
    public void Add(JobRun run)
    {
        _reported.Enqueue(run);
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
            Wake();
    }

    public override async Task<TimeSpan> RunOnceAsync(CancellationToken cancellationToken)
    {
        var taken = Take();
        if (taken.Count == 0)
        {
            Interlocked.Exchange(ref _isAwake, 0);
            return _reported.IsEmpty ? Rest : TimeSpan.Zero;
        }

        try
        {
            // a process that lost its lease has runs under two names for a while
            foreach (var worker in taken.GroupBy(t => t.Row.Worker))
                await store.ReportProgressAsync([.. worker.Select(t => t.Row)], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            foreach (var (run, report, _) in taken)
                run.ReturnProgress(report);
            throw;
        }

        return Between;
    }

    private List<(JobRun Run, ProgressReport Report, ProgressRow Row)> Take()
    {
        List<(JobRun, ProgressReport, ProgressRow)> taken = [];
        for (var left = _reported.Count; left > 0 && _reported.TryDequeue(out var run); left--)
            if (run.TakeProgress(out var report) is { } row)
                taken.Add((run, report!, row));
        return taken;
    }
}
