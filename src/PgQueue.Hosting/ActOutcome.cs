namespace PgQueue;

/// <summary>What came of an act on one job.</summary>
public enum ActOutcome
{
    /// <summary>It was done.</summary>
    Done = 0,

    /// <summary>A worker holds the job, and was told: its token is cancelled within a second, and the job ends when its handler does.</summary>
    Asked = 1,

    /// <summary>It is so already, or was asked for before.</summary>
    NothingToDo = 2,

    /// <summary>A worker holds the job. It was not touched: only a job that waits can be given another time or priority.</summary>
    Running = 3,

    /// <summary>The job has finished.</summary>
    Finished = 4,

    /// <summary>There is no such job, or its record has passed retention.</summary>
    Unknown = 5,
}
