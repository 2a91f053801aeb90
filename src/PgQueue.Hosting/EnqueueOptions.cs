namespace PgQueue;

/// <summary>How one job is to be stored and run. Every option is valid for one job and for a million.</summary>
public sealed record EnqueueOptions
{
    /// <summary>The job's type name.</summary>
    /// <value>Default: from <see cref="JobTypeAttribute"/>, the handler's registration, or the payload's class name in kebab case. 1-128 of <c>a-z 0-9 . _ : -</c>.</value>
    public string? Type { get; init; }

    /// <summary>The queue to put the job in.</summary>
    /// <value>Default: the type's queue, else <c>default</c>. 1-64 of <c>a-z 0-9 . _ : -</c>.</value>
    public string? Queue { get; init; }

    /// <summary>Which jobs of the queue run first: higher before lower, strictly.</summary>
    /// <value>Default 0. Range -100 to 100; see <see cref="JobPriority"/>.</value>
    public int Priority { get; init; } = JobPriority.Default;

    /// <summary>How long to wait before the job may start, by the database's clock.</summary>
    /// <value>Default: none. Zero to 10 years. Not together with <see cref="RunAt"/>.</value>
    public TimeSpan? Delay { get; init; }

    /// <summary>The instant at which the job may start, by the database's clock. One in the past means now.</summary>
    /// <value>Default: none. Years 2000 to 9000. Not together with <see cref="Delay"/>.</value>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>How often the job may be started before it is failed for good.</summary>
    /// <value>Default: the handler's or the global <c>Retry:MaxAttempts</c> (5). Range 1 to 1,000.</value>
    public int? MaxAttempts { get; init; }

    /// <summary>How long one attempt may run before its token is cancelled.</summary>
    /// <value>Default: the handler's, the queue's or the global timeout (30 minutes). 10 ms to 20 days; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>While one job holds a key, no second job with that key is stored.</summary>
    /// <value>Default: none. 1-256 bytes in UTF-8.</value>
    public string? DeduplicationKey { get; init; }

    /// <summary>For how long the key is held.</summary>
    /// <value>Default <see cref="DeduplicationScope.UntilFinished"/>. Any other needs a <see cref="DeduplicationKey"/>: without one the enqueue is refused.</value>
    public DeduplicationScope DeduplicationScope { get; init; } = DeduplicationScope.UntilFinished;

    /// <summary>How long the key is held from now, for <see cref="DeduplicationScope.Period"/> only.</summary>
    /// <value>Default: none. 1 second to 10 years. Refused with any other scope, and required with this one.</value>
    public TimeSpan? DeduplicationPeriod { get; init; }

    /// <summary>What to do when another job holds the key.</summary>
    /// <value>Default <see cref="DuplicateAction.ReturnExisting"/>. <see cref="DuplicateAction.Replace"/> needs a <see cref="DeduplicationKey"/>: without one the enqueue is refused.</value>
    public DuplicateAction OnDuplicate { get; init; } = DuplicateAction.ReturnExisting;

    /// <summary>Text the handler can read beside the payload: tenant, culture, trace context.</summary>
    /// <value>Default: none. At most 64 headers; names 1-128 characters, values at most 4,096.</value>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>An id of the caller's own. Enqueueing the same id twice stores one job.</summary>
    /// <value>Default: a new UUIDv7. Not <see cref="Guid.Empty"/>.</value>
    public Guid? JobId { get; init; }
}
