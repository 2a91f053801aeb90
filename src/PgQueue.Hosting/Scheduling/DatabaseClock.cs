namespace PgQueue.Scheduling;

/// <summary>The database's clock as last told, carried on by the local monotonic one. At most a round trip behind it, never ahead unless it steps back.</summary>
internal sealed class DatabaseClock(TimeProvider time)
{
    private DateTime _told = DateTime.MinValue;
    private long _at;

    public DateTime Now => _told == DateTime.MinValue ? _told : _told + time.GetElapsedTime(_at);

    public void Set(DateTime now)
    {
        _told = now;
        _at = time.GetTimestamp();
    }
}
