namespace PgQueue.Samples.Schedules;

/// <summary>A report over everything since the run before.</summary>
internal sealed record Report(string Name);

// snippet:scheduled-run
internal sealed class ReportHandler : IJobHandler<Report>
{
    public Task HandleAsync(Report payload, JobContext context, CancellationToken cancellationToken)
    {
        var run = context.Schedule; // null for a job that no schedule made
        var more = run?.MissedSince is { } since ? $", and for all since {since:HH:mm:ss}" : "";
        Console.WriteLine($"{payload.Name} report for {run?.Occurrence:HH:mm:ss}{more}");
        return Task.CompletedTask;
    }
}
// endsnippet
