using System.Diagnostics;

namespace PgQueue.Samples.Orders;

/// <summary>Prints one line a second until nothing more comes and every job has finished, or one of the causes of jobs has failed.</summary>
internal sealed class Progress(IJobClient jobs)
{
    public async Task<JobStats> ShowUntilFinishedAsync(Task[] causes, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (true)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            var nothingMoreComes = causes.All(cause => cause.IsCompleted);
            var stats = await jobs.GetStatsAsync(cancellationToken);
            Show(watch.Elapsed, stats);
            if (causes.Any(cause => cause.IsFaulted) || (nothingMoreComes && stats.Ready + stats.Scheduled + stats.Running == 0))
                return stats;
        }
    }

    public static long Enqueued(JobStats stats) =>
        stats.Ready + stats.Scheduled + stats.Running + stats.Succeeded + stats.Failed + stats.Cancelled;

    private static void Show(TimeSpan elapsed, JobStats stats) => Console.WriteLine(
        $"{elapsed.TotalSeconds,3:F0} s  enqueued {Enqueued(stats),5:N0}   succeeded {stats.Succeeded,5:N0}   retried {stats.Retries,4:N0}   "
        + $"failed {stats.Failed,3:N0}   in flight {stats.Running,3:N0}   waiting {stats.Ready + stats.Scheduled,4:N0}");
}
