namespace PgQueue;

/// <summary>One failed attempt, as an <see cref="IRetryPolicy"/> sees it.</summary>
/// <param name="Type">The job's type name.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
/// <param name="MaxAttempts">How often the job may be started. The policy is not asked after the last one.</param>
/// <param name="Exception">What the handler threw.</param>
/// <param name="Random">A number from 0 (included) to 1 (excluded), for jitter.</param>
public readonly record struct RetryContext(string Type, int Attempt, int MaxAttempts, Exception Exception, double Random);
