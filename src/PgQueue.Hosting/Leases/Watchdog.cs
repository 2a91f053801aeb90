using PgQueue.Loops;

namespace PgQueue.Leases;

/// <summary>
/// A thread that ends a registration at its local deadline, whatever the database calls are doing, and looks after the running jobs' limits. It
/// needs neither the thread pool nor the database.
/// </summary>
internal sealed class Watchdog(Heartbeat heartbeat, Action<long> inspect, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    public Pulse Pulse { get; } = new("watchdog", time);

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "PgQueue watchdog", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>One look.</summary>
    public void RunOnce()
    {
        if (heartbeat.Tenure is { IsLost: false, IsLive: false } late)
            heartbeat.Lose(late, "no heartbeat got through in time");
        inspect(time.GetTimestamp());
    }

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(Period))
        {
            RunOnce();
            Pulse.Rest(Period);
        }
    }
}
