namespace PgQueue.Samples.Worker;

/// <summary>Has no attribute: its type name is <c>send-greeting</c>, by convention.</summary>
internal sealed record SendGreeting(string Name);

internal sealed class SendGreetingHandler : IJobHandler<SendGreeting>
{
    public Task HandleAsync(SendGreeting payload, JobContext context, CancellationToken cancellationToken)
    {
        var asked = context.ScheduledFor is null ? "at once" : "after a delay";
        Console.WriteLine($"Hello, {payload.Name}! ({context.Type}, priority {context.Priority}, {asked})");
        return Task.CompletedTask;
    }
}
