namespace PgQueue;

/// <summary>From which age of its oldest ready job on the health check complains about one queue.</summary>
public sealed class QueueHealthOptions
{
    /// <summary>From which age on the queue is degraded.</summary>
    /// <value>Default: <see cref="PgQueueHealthOptions.DegradedReadyAge"/>. 1 second to 365 days, or -1 ms for never.</value>
    public TimeSpan? DegradedReadyAge { get; set; }

    /// <summary>From which age on the queue is unhealthy.</summary>
    /// <value>Default: <see cref="PgQueueHealthOptions.UnhealthyReadyAge"/>. 1 second to 365 days, or -1 ms for never.</value>
    public TimeSpan? UnhealthyReadyAge { get; set; }
}
