namespace PgQueue.Samples.Schedules;

/// <summary>A report over everything since the run before.</summary>
internal sealed record Report(string Name);

// snippet:scheduled-run
internal sealed class ReportHandler : IJobHandler<Report>
{
    public Task HandleAsync(Report payload, JobContext context, CancellationToken cancellationToken)
    {
        var run = context.Schedule; // null for a job that no schedule made
        var since = run?.MissedSince ?? run?.Occurrence;
        Console.WriteLine($"{payload.Name} report for {run?.Occurrence:HH:mm:ss}{(run is { IsLate: true } ? $", late, covers all since {since:HH:mm:ss}" : "")}");
        return Task.CompletedTask;
    }
}
// endsnippet
