namespace PgQueue;

/// <summary>What ended in a span of time that reaches up to now.</summary>
public sealed record JobRates
{
    /// <summary>How long the span is. It begins with a whole ten seconds, minute or ten minutes, so that it is longer than its name says by up to that much.</summary>
    public TimeSpan Span { get; init; }

    /// <summary>Finished well.</summary>
    public long Succeeded { get; init; }

    /// <summary>Failed for good.</summary>
    public long Failed { get; init; }

    /// <summary>Cancelled or superseded.</summary>
    public long Cancelled { get; init; }

    /// <summary>Attempts that failed and were retried.</summary>
    public long Retried { get; init; }

    /// <summary>Jobs that ended a second: succeeded, failed and cancelled ones over <see cref="Span"/>.</summary>
    public double PerSecond => Span > TimeSpan.Zero ? (Succeeded + Failed + Cancelled) / Span.TotalSeconds : 0;

    /// <summary>The share of the ended jobs that failed, 0 to 1; <see langword="null"/> if none ended.</summary>
    public double? FailureRate => Succeeded + Failed + Cancelled is > 0 and var ended ? (double)Failed / ended : null;
}
