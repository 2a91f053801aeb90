namespace PgQueue.Loops;

/// <summary>What a repeated chore lets others see of itself: when it last came round, whether it is late, and since when it fails. Written by the chore, read by anyone.</summary>
internal sealed class Pulse(string name, TimeProvider time, TimeSpan longestTurn = default)
{
    private readonly Lock _gate = new();
    private long _expectedAt = time.GetTimestamp();
    private long? _succeededAt;
    private long? _failingSince;
    private bool _isResting = true;
    private Exception? _error;

    /// <summary>A turn begins, or a long one shows a sign of life.</summary>
    public void Beat()
    {
        lock (_gate)
            (_expectedAt, _isResting) = (time.GetTimestamp(), false);
    }

    /// <summary>A turn has come to its end.</summary>
    /// <param name="error">What it failed with, if it did.</param>
    public void Turned(Exception? error = null)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            _error = error;
            _failingSince = error is null ? null : _failingSince ?? now;
            if (error is null)
                _succeededAt = now;
            _expectedAt = now;
        }
    }

    /// <summary>The next turn begins after this time at the latest.</summary>
    public void Rest(TimeSpan wait)
    {
        lock (_gate)
            (_expectedAt, _isResting) = (time.GetTimestamp() + (long)(Math.Clamp(wait.TotalSeconds, 0, 1e9) * time.TimestampFrequency), true);
    }

    public PulseReading Read()
    {
        lock (_gate)
        {
            return new PulseReading(
                name, time.GetElapsedTime(_expectedAt) - (_isResting ? TimeSpan.Zero : longestTurn), _isResting,
                _failingSince is { } since ? time.GetElapsedTime(since) : null, _error,
                _succeededAt is { } succeeded ? time.GetElapsedTime(succeeded) : null);
        }
    }
}
