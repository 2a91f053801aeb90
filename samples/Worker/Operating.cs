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

    public static async Task ActAsync(IJobAdmin admin)
    {
        // snippet:acts
        var me = admin.As("ann@example.org");
        var broken = new JobFilter { State = JobState.Ready, Type = "report:*" };

        await me.PauseTypeAsync("report:*", "the report server is down"); // a queue: PauseQueueAsync("reports")
        var count = await me.CountAsync(broken);
        await me.SetPriorityAllAsync(broken, JobPriority.Low);
        await me.RescheduleAllAsync(broken with { Queue = "nightly" }, DateTimeOffset.UtcNow.AddHours(6));
        await me.DiscardAllAsync(broken with { Queue = "reports" }, "sent by hand");
        await me.ResumeTypeAsync("report:*");

        var audit = await me.GetAuditAsync(size: 20);
        // endsnippet
        Console.WriteLine($"There were {count.Count} of them. Acts so far: {audit.Lines.Count}.");
    }
}
