namespace PgQueue.TestWorker;

/// <summary>A wall clock that is wrong by a fixed time; its monotonic part is right.</summary>
internal sealed class SkewedClock(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skew;
}
