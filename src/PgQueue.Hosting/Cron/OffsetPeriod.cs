namespace PgQueue.Cron;

/// <summary>A stretch of time throughout which a zone keeps its distance from UTC. All in ticks.</summary>
/// <param name="Start">Its first instant.</param>
/// <param name="End">The first instant after it, or <see cref="long.MaxValue"/>.</param>
/// <param name="Before">The distance before it; equal to its own where the search began and no change is near.</param>
/// <param name="Offset">Wall clock less UTC.</param>
/// <param name="After">The distance after it; equal to its own where the search ended and no change is near.</param>
internal sealed record OffsetPeriod(long Start, long End, long Before, long Offset, long After);
