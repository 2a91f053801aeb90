namespace PgQueue;

/// <summary>How this process works on one queue.</summary>
public sealed class QueueOptions
{
    /// <summary>How many jobs of the queue this process runs at once.</summary>
    /// <value>Default 20. Range 1 to 10,000.</value>
    public int Concurrency { get; set; } = 20;

    /// <summary>How long one attempt may run, where neither job nor handler says.</summary>
    /// <value>Default: the global <c>Timeout</c>. 10 ms to 20 days; -1 ms for none.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>The least level of the lines logged that are kept with an attempt, where the handler does not say; see <see cref="JobAttempt.Log"/>.</summary>
    /// <value>Default: the global one, which is <see cref="JobLogLevel.None"/> if not set.</value>
    public JobLogLevel? CaptureLogs { get; set; }

    /// <summary>How long records of the queue's finished jobs are kept, where it is not as for the others.</summary>
    /// <value>Default: as the global <c>Retention</c>.</value>
    public QueueRetentionOptions? Retention { get; set; }
}
