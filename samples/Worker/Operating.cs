namespace PgQueue.Samples.Worker;

/// <summary>What the person on call does.</summary>
internal static class Operating
{
    public static async Task ShowAsync(IJobAdmin admin)
    {
        // snippet:job-admin
        var yesterday = DateTimeOffset.UtcNow.AddDays(-1);
        var timeouts = new JobFilter { State = JobState.Failed, Type = "cleanup:*", Since = yesterday, Error = "timeout" };

        var page = await admin.FindAsync(timeouts, size: 20);
        while (page.Next is not null)
            page = await admin.FindAsync(timeouts, page.Next, size: 20);

        var retried = await admin.RetryAllAsync(timeouts, perSecond: 100); // one job: RetryAsync(id)
        var cancelled = await admin.CancelAllAsync(new JobFilter { State = JobState.Scheduled, Queue = "reports" }, "not wanted any more");
        // endsnippet
        Console.WriteLine($"Run again: {retried}. Cancelled: {cancelled}.");
    }
}
