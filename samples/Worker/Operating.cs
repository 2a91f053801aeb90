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

        // snippet:statistics
        var report = await admin.GetReportAsync();
        foreach (var queue in report.Queues)
            Console.WriteLine($"{queue.Queue}: {queue.Ready} ready since {queue.OldestReadyAge}, {queue.LastHour.PerSecond:0.0} a second, {queue.LastHour.FailureRate:0 %} failed");
        foreach (var type in report.Types.Where(t => t is { Workers: 0, Ready: > 0 }))
            Console.WriteLine($"No live worker has a handler for {type.Type}.");
        foreach (var worker in await admin.GetWorkersAsync())
            Console.WriteLine($"{worker.Host}, process {worker.ProcessId}: {worker.RunningJobs} jobs, the oldest since {worker.Jobs.FirstOrDefault()?.ClaimedAt}");
        var chart = await admin.GetHistoryAsync(TimeSpan.FromHours(24), "reports");
        // endsnippet
        Console.WriteLine($"Points of the chart: {chart.Count}.");
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
