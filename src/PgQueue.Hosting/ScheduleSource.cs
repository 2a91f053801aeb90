namespace PgQueue;

/// <summary>Who defines a schedule.</summary>
public enum ScheduleSource
{
    /// <summary>The code or configuration of processes: <c>AddCron</c>, or section <c>Schedules</c>.</summary>
    Code = 1,

    /// <summary><see cref="IScheduleClient.AddOrUpdateAsync"/>, at run time.</summary>
    Client = 2,
}
