namespace PgQueue;

/// <summary>How long records of finished jobs are kept, and what becomes of them. Unfinished jobs are never removed, however old.</summary>
/// <remarks>Where processes differ, the longest value of those that were heard within an hour of the last one counts, and <see cref="RetentionStrategy.Archive"/> wins.</remarks>
public sealed class RetentionOptions
{
    /// <summary>The least time for which a succeeded job's record is kept after its end. Partitions are dropped at this age, so it is the shortest of all.</summary>
    /// <value>Default 1 day. 1 minute to 10 years; -1 ms for ever.</value>
    public TimeSpan Succeeded { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The least time for which the record of a failed, cancelled or superseded job is kept after its end; records of occurrences and of retried jobs too.</summary>
    /// <value>Default 14 days. 1 minute to 10 years, not below <see cref="Succeeded"/>; -1 ms for ever.</value>
    public TimeSpan Failed { get; set; } = TimeSpan.FromDays(14);

    /// <summary>What becomes of records whose time is over.</summary>
    /// <value>Default <see cref="RetentionStrategy.Delete"/>.</value>
    public RetentionStrategy Strategy { get; set; } = RetentionStrategy.Delete;
}
