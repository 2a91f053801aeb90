namespace PgQueue;

/// <summary>What the health check of a queue looks at, and from where on it complains. An age of -1 ms (<c>Infinite</c>) switches its fact off.</summary>
public sealed class PgQueueHealthOptions
{
    /// <summary>How long one check may wait for the database. A check answers within this time, whatever the database does.</summary>
    /// <value>Default 5 seconds. 100 ms to 1 minute.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer of the database is used again. Checks that come together share one query in any case.</summary>
    /// <value>Default 5 seconds. Zero to 10 minutes.</value>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a loop, the pumps or the registration of this process may be in trouble before the check says so.</summary>
    /// <value>Default 30 seconds. Zero to 1 hour.</value>
    public TimeSpan FailingAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a loop may neither finish nor fail, beyond what it says it needs, before it counts as stalled.</summary>
    /// <value>Default 2 minutes. 1 second to 1 hour.</value>
    public TimeSpan StalledAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>From which age of its oldest ready job on a queue is degraded.</summary>
    /// <value>Default 5 minutes. 1 second to 365 days, or <c>Infinite</c>.</value>
    public TimeSpan DegradedReadyAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>From which age of its oldest ready job on a queue is unhealthy.</summary>
    /// <value>Default <c>Infinite</c>: never, because a readiness probe would take the process out of service for it. Else 1 second to 365 days, not below <see cref="DegradedReadyAge"/>.</value>
    public TimeSpan UnhealthyReadyAge { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Ages for single queues, in place of those above.</summary>
    /// <value>Default <see langword="null"/>: none. The queues need not be among those that this process works on.</value>
    public IDictionary<string, QueueHealthOptions>? Queues { get; set; }

    /// <summary>How many jobs may fail for good within an hour before the queue is degraded.</summary>
    /// <value>Default <see langword="null"/>: any number. 0 to 1,000,000,000.</value>
    public int? FailedPerHour { get; set; }

    /// <summary>How old a deferred job may get, which no process has run for want of a handler, before the queue is degraded.</summary>
    /// <value>Default 5 minutes. 1 second to 365 days, or <c>Infinite</c>.</value>
    public TimeSpan DeferredAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How late a schedule's occurrence may be before the queue is degraded.</summary>
    /// <value>Default 1 minute. 5 seconds to 365 days, or <c>Infinite</c>.</value>
    public TimeSpan OverdueAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a session or a prepared transaction may hold back the removal of dead rows, or the claim bound, before the queue is degraded.</summary>
    /// <value>Default 10 minutes. 1 second to 365 days, or <c>Infinite</c>.</value>
    public TimeSpan HorizonAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many dead rows the table of ready jobs may hold, by the server's estimate, before the queue is degraded.</summary>
    /// <value>Default 1,000,000. 20,000 to 1,000,000,000.</value>
    public int DeadRows { get; set; } = 1_000_000;

    /// <summary>How far the clocks of this process and of the database may be apart before the queue is degraded. Only the database's decides what is due.</summary>
    /// <value>Default 5 seconds. 100 ms to 1 day, or <c>Infinite</c>.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);
}
