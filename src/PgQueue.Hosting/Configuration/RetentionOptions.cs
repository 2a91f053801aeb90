namespace PgQueue;

/// <summary>How long records of finished jobs are kept. Unfinished jobs are never removed, however old.</summary>
public sealed class RetentionOptions
{
    /// <summary>The least time for which a finished job's record is kept after its end; records are dropped by whole weeks of enqueueing once it has passed.</summary>
    /// <value>Default 14 days. 1 day to 10 years; -1 ms for ever.</value>
    public TimeSpan History { get; set; } = TimeSpan.FromDays(14);
}
