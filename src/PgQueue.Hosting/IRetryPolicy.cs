namespace PgQueue;

/// <summary>Decides when a failed job is tried again. Pure: the same context gives the same answer but for its random number.</summary>
public interface IRetryPolicy
{
    /// <summary>The delay before the next attempt, or <see langword="null"/> to fail the job now.</summary>
    /// <param name="failure">The attempt that failed.</param>
    TimeSpan? NextDelay(in RetryContext failure);
}
