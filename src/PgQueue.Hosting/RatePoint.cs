namespace PgQueue;

/// <summary>What ended in one piece of a span of time.</summary>
/// <param name="At">Where the piece begins, by the database's clock.</param>
/// <param name="Length">How long it is. The last one reaches up to now and may be shorter than the others.</param>
/// <param name="Succeeded">Finished well.</param>
/// <param name="Failed">Failed for good.</param>
/// <param name="Cancelled">Cancelled or superseded.</param>
/// <param name="Retried">Attempts that failed and were retried.</param>
public sealed record RatePoint(DateTimeOffset At, TimeSpan Length, long Succeeded, long Failed, long Cancelled, long Retried);
