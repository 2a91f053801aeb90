namespace PgQueue.Samples.Worker;

/// <summary>One handler for every type that starts with <c>cleanup:</c>; the rest of the name says what to clean.</summary>
internal sealed record CleanUp(int OlderThanDays);

internal sealed class CleanUpHandler : IJobHandler<CleanUp>
{
    public async Task HandleAsync(CleanUp payload, JobContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        Console.WriteLine($"Cleaned {context.Type["cleanup:".Length..]} older than {payload.OlderThanDays} days.");
    }
}
