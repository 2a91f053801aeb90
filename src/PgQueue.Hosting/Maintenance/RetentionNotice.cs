using PgQueue.Storage;

namespace PgQueue.Maintenance;

/// <summary>Puts what a process was configured with in the words of the database: seconds, infinity for ever, zero for as all queues.</summary>
internal static class RetentionNotice
{
    private const string AllQueues = "";
    private const string DefaultQueue = "default";

    public static IReadOnlyList<RetentionRow> Rows(PgQueueOptions options)
    {
        var rows = new List<RetentionRow> { new(AllQueues, Seconds(options.Retention.Succeeded), Seconds(options.Retention.Failed)) };
        if (options.Queues is not { } queues)
            rows.Add(new RetentionRow(DefaultQueue, 0, 0));
        else
            rows.AddRange(queues.Select(q => new RetentionRow(q.Key, Seconds(q.Value.Retention?.Succeeded), Seconds(q.Value.Retention?.Failed))));
        return rows;
    }

    private static double Seconds(TimeSpan? keep) =>
        keep is not { } time ? 0 : time == Timeout.InfiniteTimeSpan ? double.PositiveInfinity : time.TotalSeconds;
}
