namespace PgQueue.Retry;

/// <summary>The arithmetic of exponential backoff.</summary>
internal static class Backoff
{
    /// <summary>Above this power of two every delay is at its cap, and a double still holds the product.</summary>
    private const int LargestPower = 900;

    /// <summary>The delay after an attempt: base times 2 to the power of the attempt, at most the cap, then jittered.</summary>
    /// <param name="options">Base, cap and jitter.</param>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="random">From 0 (included) to 1 (excluded).</param>
    public static TimeSpan Delay(RetryOptions options, int attempt, double random)
    {
        var cap = Math.Max(0, options.MaxDelay.Ticks);
        var grown = Math.Max(0, options.BaseDelay.Ticks) * Math.Pow(2, Math.Clamp(attempt, 0, LargestPower));
        var ticks = Math.Min(grown, cap) * Share(options.Jitter, random);
        return TimeSpan.FromTicks(Math.Min((long)ticks, cap));
    }

    private static double Share(Jitter jitter, double random)
    {
        var spread = random is >= 0 and <= 1 ? random : 1;
        return jitter switch
        {
            Jitter.Equal => 0.5 + (spread / 2),
            Jitter.Full => spread,
            _ => 1,
        };
    }
}
