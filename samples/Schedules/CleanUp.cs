namespace PgQueue.Samples.Schedules;

/// <summary>The configuration defines its schedule, payload included.</summary>
internal sealed record CleanUp(int OlderThanDays);

internal sealed class CleanUpHandler : IJobHandler<CleanUp>
{
    public Task HandleAsync(CleanUp payload, JobContext context, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Cleaned what is older than {payload.OlderThanDays} days.");
        return Task.CompletedTask;
    }
}
