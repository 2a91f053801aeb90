namespace PgQueue.Storage;

/// <summary>ReadHealth.sql's row.</summary>
internal sealed class HealthRow
{
    public DateTime Now { get; init; }

    public bool IsStandby { get; init; }

    public bool IsReadOnly { get; init; }

    public bool IsRegistered { get; init; }

    public int Workers { get; init; }

    public long FailedLastHour { get; init; }

    public long DeadRows { get; init; }

    public bool IsVacuumed { get; init; }

    /// <summary>Sessions of other roles, of which this one sees nothing.</summary>
    public int HiddenSessions { get; init; }

    /// <summary>A hundred stands for a hundred or more.</summary>
    public int DeferredJobs { get; init; }

    public string[] DeferredTypes { get; init; } = [];

    public double? DeferredSeconds { get; init; }
}
