namespace PgQueue.Worker;

/// <summary>When to look for jobs of one queue: at once after news or a full claim, else after growing, jittered waits.</summary>
internal sealed class QueueFeed(QueueRunner runner, PollingOptions polling, TimeProvider time)
{
    private const int BusyClaims = 500;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private bool _isHot = true;
    private TimeSpan _wait = FirstWait;
    private long _lookedAt;
    private long _workedAt = time.GetTimestamp();
    private int _claimedSinceWaiting;

    public QueueRunner Runner => runner;

    /// <summary>Whether the database is told that this process wants notifications for the queue.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Nothing of the queue is given out: it is looked at as rarely as an idle one, whatever the news.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>There may be jobs: look at the next turn.</summary>
    public void Heat()
    {
        lock (_gate)
            _isHot = true;
    }

    /// <summary>How long until the next look; zero for now.</summary>
    public TimeSpan DueIn()
    {
        lock (_gate)
        {
            if (_isHot && !IsPaused)
                return TimeSpan.Zero;
            var left = _wait - time.GetElapsedTime(_lookedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Call when a claim is about to be sent: news that comes meanwhile makes the queue hot again.</summary>
    public void Looking()
    {
        lock (_gate)
            _isHot = false;
    }

    /// <param name="claimed">Jobs found.</param>
    /// <param name="asked">Jobs asked for.</param>
    /// <param name="notified">Whether notifications arrive, so that an idle process may wait for long.</param>
    public void Looked(int claimed, int asked, bool notified)
    {
        lock (_gate)
        {
            _lookedAt = time.GetTimestamp();
            _isHot |= claimed >= asked && !IsPaused;
            if (claimed > 0)
            {
                _workedAt = _lookedAt;
                _wait = FirstWait;
                _claimedSinceWaiting += claimed;
                return;
            }

            var longest = IsPaused || (notified && IsWaiting) ? polling.Idle : polling.Busy;
            var doubled = _wait * 2;
            _wait = (doubled < longest ? doubled : longest) * (0.75 + (Random.Shared.NextDouble() * 0.25));
        }
    }

    /// <summary>Whether what the database is told has to change: to waiting after a while without work, back after much of it.</summary>
    public bool ShouldSwitch()
    {
        lock (_gate)
            return IsPaused ? IsWaiting : IsWaiting ? _claimedSinceWaiting > BusyClaims : time.GetElapsedTime(_workedAt) > IdleAfter;
    }

    /// <summary>The queue is paused, or not.</summary>
    public void Switch(bool isPaused)
    {
        lock (_gate)
        {
            _isHot |= IsPaused && !isPaused;
            IsPaused = isPaused;
        }
    }

    public void Switched(bool isWaiting)
    {
        lock (_gate)
        {
            IsWaiting = isWaiting;
            _claimedSinceWaiting = 0;
            // what was enqueued before the database knew brought no notification
            _isHot = true;
        }
    }
}
