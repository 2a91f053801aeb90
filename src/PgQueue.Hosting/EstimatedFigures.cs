namespace PgQueue;

/// <summary>Which figures were estimated from a sample, because there are too many jobs to count.</summary>
[Flags]
public enum EstimatedFigures
{
    /// <summary>None: all are exact.</summary>
    None = 0,

    /// <summary>Ready jobs.</summary>
    Ready = 1,

    /// <summary>Scheduled jobs, and the deferred ones among them.</summary>
    Scheduled = 2,

    /// <summary>Running jobs. Only their division among types is ever estimated.</summary>
    Running = 4,
}
