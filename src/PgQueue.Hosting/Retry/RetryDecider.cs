namespace PgQueue.Retry;

/// <summary>Decides when a failed job is tried again: rules first, then a policy, then the backoff.</summary>
internal sealed class RetryDecider(RetryOptions global)
{
    /// <summary>The longest delay that a rule or policy may ask for, as for a handler's own <see cref="JobContext.RetryAfter"/>.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(3660);

    /// <summary>The delay before the next attempt, or null to fail the job now.</summary>
    /// <param name="handler">The handler's own options, if it has any; its rules come before the global ones and its policy and backoff replace them.</param>
    /// <param name="failure">The attempt that failed.</param>
    /// <param name="fault">Set if the user's rule or policy threw or gave a useless answer, so that the backoff decided instead. For the log.</param>
    public TimeSpan? NextDelay(RetryOptions? handler, in RetryContext failure, out Exception? fault)
    {
        fault = null;
        if (failure.Attempt >= failure.MaxAttempts)
            return null;
        var backoff = Backoff.Delay(handler ?? global, failure.Attempt, failure.Random);
        try
        {
            if (!Ask(handler, failure, out var delay))
                return backoff;
            if (delay is null || (delay >= TimeSpan.Zero && delay <= LongestDelay))
                return delay;
            fault = new InvalidOperationException(
                $"A retry rule or policy for '{failure.Type}' asked for a delay of {delay}, but a delay is from zero to 10 years.");
        }
        catch (Exception exception)
        {
            // the job matters more than the bug in the user's rule: it is retried by the backoff, and the caller logs the bug
            fault = exception;
        }

        return backoff;
    }

    private bool Ask(RetryOptions? handler, in RetryContext failure, out TimeSpan? delay)
    {
        delay = null;
        var rule = Match(handler, failure.Exception) ?? Match(global, failure.Exception);
        if (rule is not null)
        {
            delay = rule.Delay(failure);
            return true;
        }

        var policy = handler?.Policy ?? global.Policy;
        if (policy is not null)
            delay = policy.NextDelay(failure);
        return policy is not null;
    }

    private static RetryRule? Match(RetryOptions? options, Exception exception)
    {
        if (options is not null)
            foreach (var rule in options.Rules)
                if (rule.Matches(exception))
                    return rule;
        return null;
    }
}
