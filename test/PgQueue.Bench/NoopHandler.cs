namespace PgQueue.Bench;

/// <summary>The payload of the benchmarks: about 200 bytes of JSON.</summary>
[JobType("noop")]
internal sealed record Noop(int OrderId, string Customer, string Country, decimal Amount, string Note);

/// <summary>Counts, so that a scenario knows when the last job ran.</summary>
internal sealed class NoopHandler(RunCounter counter) : IJobHandler<Noop>
{
    public Task HandleAsync(Noop payload, JobContext context, CancellationToken cancellationToken)
    {
        counter.Add(payload, context);
        return Task.CompletedTask;
    }
}

/// <summary>What the handlers of one process saw.</summary>
internal sealed class RunCounter
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public Action<Noop>? OnRun { get; set; }

    public Action<ScheduledRun>? OnScheduled { get; set; }

    public void Add(Noop payload, JobContext context)
    {
        Interlocked.Increment(ref _count);
        OnRun?.Invoke(payload);
        if (context.Schedule is { } run)
            OnScheduled?.Invoke(run);
    }
}
