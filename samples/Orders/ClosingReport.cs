namespace PgQueue.Samples.Orders;

/// <summary>The closing table, and the check that every accepted order is either delivered exactly once or its job has failed.</summary>
internal sealed class ClosingReport(IJobClient jobs, OrderTable orders, OrderFeed feed, Receiver receiver)
{
    public async Task<int> PrintAsync(JobStats stats, TimeSpan elapsed, KillOutcome? kill, CancellationToken cancellationToken)
    {
        var (all, firstTry) = await orders.ReadLatenciesAsync(cancellationToken);
        Console.WriteLine();
        Row("enqueued", $"{Progress.Enqueued(stats):N0}", $"{feed.Accepted.Count:N0} webhooks, reviews of large orders, one delayed report");
        Row("succeeded", $"{stats.Succeeded:N0}");
        Row("retried", $"{stats.Retries:N0}", "attempts that failed and were tried again");
        Row("failed", $"{stats.Failed:N0}", "out of attempts, or the receiver has gone; kept with their errors");
        Row("rolled back", $"{feed.Refused.Count:N0}", "refused orders: neither a row nor a job is left");
        Row("jobs/s", $"{stats.Succeeded / elapsed.TotalSeconds:N0}", $"orders come at {feed.OrdersPerSecond} a second");
        Row("p50 / p99", Milliseconds(firstTry), "enqueue to finish at the first try; the receiver takes 20 to 80 ms of it");
        Row("p50 / p99", Milliseconds(all), "with retries and rescues");
        if (kill is not null)
            Row("rescued", $"{kill.Elsewhere:N0} of {kill.Held:N0}", $"jobs of the killed worker, finished elsewhere within {kill.Took.TotalSeconds:F1} s");
        Row("sent again", $"{receiver.TakenAgain:N0}", "webhooks sent twice: their worker was killed before it could commit");
        Console.WriteLine();

        var faults = await FindFaultsAsync(cancellationToken);
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync(fault);
        Console.WriteLine(faults.Count == 0
            ? "Check: every accepted order is delivered exactly once or its job has failed; no refused order left a job."
            : $"Check: {faults.Count:N0} orders are not as they should be.");
        return faults.Count == 0 ? 0 : 1;
    }

    private async Task<List<string>> FindFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var deliveries = await orders.ReadDeliveriesAsync(cancellationToken);
        foreach (var (number, jobId) in feed.Accepted)
        {
            if (!deliveries.Remove(number, out var times))
                faults.Add($"Order {number} was accepted but is not in the table.");
            else if (times > 1)
                faults.Add($"Order {number} was delivered {times} times.");
            else if (await jobs.GetAsync(jobId, cancellationToken) is var job && job?.State != (times == 1 ? JobState.Succeeded : JobState.Failed))
                faults.Add($"Order {number} was delivered {times} times, but its job {jobId} is {job?.State.ToString() ?? "not there"}.");
        }

        faults.AddRange(deliveries.Keys.Select(number => $"Order {number} is in the table but was not accepted."));
        faults.AddRange(feed.Refused.Where(receiver.HasSeen).Select(number => $"Order {number} was refused, and yet a webhook was sent."));
        return faults;
    }

    private static string Milliseconds(double[]? p) => p is null ? "-" : $"{p[0]:N0} / {p[1]:N0} ms";

    private static void Row(string name, string value, string note = "") => Console.WriteLine($"  {name,-12}{value,16}   {note}".TrimEnd());
}
