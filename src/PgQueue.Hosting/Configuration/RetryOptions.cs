namespace PgQueue;

/// <summary>
/// Exponential backoff with jitter: after attempt n the delay is <see cref="BaseDelay"/> times 2 to the power of n, at most <see cref="MaxDelay"/>, then jittered.
/// </summary>
public sealed class RetryOptions
{
    private readonly List<RetryRule> _rules = [];

    /// <summary>How often a job may be started, unless it was enqueued with its own limit.</summary>
    /// <value>Default 5. Range 1 to 1,000.</value>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The unit of the backoff.</summary>
    /// <value>Default 1 second. 1 ms to 1 day, and not above <see cref="MaxDelay"/>.</value>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay.</summary>
    /// <value>Default 1 hour. 1 ms to 365 days.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How much of the delay is random.</summary>
    /// <value>Default <see cref="Jitter.Equal"/>.</value>
    public Jitter Jitter { get; set; } = Jitter.Equal;

    /// <summary>A policy of the user's own, asked instead of the backoff above.</summary>
    /// <value>Default: none. In code only.</value>
    public IRetryPolicy? Policy { get; set; }

    internal IReadOnlyList<RetryRule> Rules => _rules;

    /// <summary>Chooses the delay after an exception of type <typeparamref name="TException"/>. The first matching rule decides.</summary>
    /// <param name="delay">The attempt that failed to the delay, or to <see langword="null"/> to fail the job now.</param>
    public RetryOptions On<TException>(Func<RetryContext, TimeSpan?> delay)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(delay);
        _rules.Add(new RetryRule(static exception => exception is TException, delay));
        return this;
    }

    /// <summary>Fails a job at once after an exception of type <typeparamref name="TException"/>.</summary>
    public RetryOptions NeverOn<TException>()
        where TException : Exception => On<TException>(static _ => null);
}
