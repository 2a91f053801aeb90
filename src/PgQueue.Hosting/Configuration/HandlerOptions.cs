namespace PgQueue;

/// <summary>Settings of one handler, given at its registration.</summary>
public sealed class HandlerOptions
{
    /// <summary>Earlier type names whose stored jobs this handler runs too.</summary>
    /// <value>Default: the aliases of the payload's <see cref="JobTypeAttribute"/>.</value>
    public IList<string> Aliases { get; } = [];

    /// <summary>How long one attempt may run, unless the job was enqueued with its own.</summary>
    /// <value>Default: the queue's, else the global timeout. 10 ms to 20 days; -1 ms for none.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>When failed jobs of this handler are tried again.</summary>
    /// <value>Default: the global retry options.</value>
    public RetryOptions? Retry { get; set; }

    /// <summary>The least level of the lines logged that are kept with an attempt; see <see cref="JobAttempt.Log"/>.</summary>
    /// <value>Default: the queue's, else the global one, which is <see cref="JobLogLevel.None"/> if not set.</value>
    public JobLogLevel? CaptureLogs { get; set; }
}
