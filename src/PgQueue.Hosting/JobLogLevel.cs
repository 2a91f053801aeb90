namespace PgQueue;

/// <summary>How important a line of a log is: the levels of <c>Microsoft.Extensions.Logging.LogLevel</c>, with the same numbers.</summary>
public enum JobLogLevel
{
    /// <summary>Everything there is.</summary>
    Trace = 0,

    /// <summary>For whoever looks for a fault.</summary>
    Debug = 1,

    /// <summary>What happens as it should.</summary>
    Information = 2,

    /// <summary>What is not as it should be, and goes on.</summary>
    Warning = 3,

    /// <summary>What failed.</summary>
    Error = 4,

    /// <summary>What needs somebody at once.</summary>
    Critical = 5,

    /// <summary>Nothing at all.</summary>
    None = 6,
}
