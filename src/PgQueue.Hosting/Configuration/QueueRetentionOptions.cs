namespace PgQueue;

/// <summary>How long records of a queue's finished jobs are kept, where it is not as for the others.</summary>
public sealed class QueueRetentionOptions
{
    /// <summary>The least time for which a succeeded job's record is kept after its end.</summary>
    /// <value>Default: the global <c>Retention:Succeeded</c>. Not below that; at most 10 years; -1 ms for ever.</value>
    public TimeSpan? Succeeded { get; set; }

    /// <summary>The least time for which the record of a failed, cancelled or superseded job is kept after its end.</summary>
    /// <value>Default: the global <c>Retention:Failed</c>. Not below the global <c>Retention:Succeeded</c>; at most 10 years; -1 ms for ever.</value>
    public TimeSpan? Failed { get; set; }
}
