namespace PgQueue;

/// <summary>How a process proves that it lives. When it stops doing so, others take its jobs.</summary>
public sealed class LeaseOptions
{
    /// <summary>How long after a process's last heartbeat its jobs are given to others. A killed process's jobs are handed over within this time plus 2 seconds; they are suspects, and start one after the other, a second apart at most.</summary>
    /// <value>Default 30 seconds. 2 seconds to 1 hour, and at least twice <see cref="RenewEvery"/>.</value>
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The time between two heartbeats.</summary>
    /// <value>Default 10 seconds. 200 ms to 20 minutes.</value>
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many worker processes a job may kill before it is failed.</summary>
    /// <value>Default 3. Range 1 to 100.</value>
    public int MaxCrashes { get; set; } = 3;
}
