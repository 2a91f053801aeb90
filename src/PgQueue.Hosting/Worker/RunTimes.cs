namespace PgQueue.Worker;

/// <summary>How long the jobs of one queue take of late, and so how many may be held ready: those that will start within 50 ms.</summary>
internal sealed class RunTimes(int concurrency, TimeProvider time)
{
    private const double HorizonSeconds = 0.05;
    private const int Most = 1000;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private long _ticks;
    private int _jobs;
    private long _windowStart;
    private double _average = -1;

    public void Add(long ticks)
    {
        Interlocked.Add(ref _ticks, ticks);
        Interlocked.Increment(ref _jobs);
    }

    /// <summary>Jobs that were held too long: hold none until there are new figures.</summary>
    public void Distrust()
    {
        lock (_gate)
            _average = 1;
    }

    public int Prefetch()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_jobs > 0 && (_average < 0 || time.GetElapsedTime(_windowStart, now) > Window))
            {
                var jobs = Interlocked.Exchange(ref _jobs, 0);
                var recent = Interlocked.Exchange(ref _ticks, 0) / (double)time.TimestampFrequency / jobs;
                // slower figures count at once, faster ones by and by
                _average = _average < 0 || recent > _average ? recent : (_average + recent) / 2;
                _windowStart = now;
            }

            return _average < 0 ? 0 : (int)Math.Min(concurrency * HorizonSeconds / Math.Max(_average, 1e-7), Most);
        }
    }
}
