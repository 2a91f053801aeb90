namespace PgQueue.Tests;

/// <summary>A monotonic clock that moves when the test says so.</summary>
internal sealed class StillTime : TimeProvider
{
    public long Now { get; set; } = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;
}
