namespace PgQueue.Health;

/// <summary>Where a process stands with one queue.</summary>
internal enum ProcessState
{
    /// <summary>The database is not prepared yet, or the host has not started.</summary>
    Starting,

    /// <summary>It only enqueues.</summary>
    EnqueueOnly,

    /// <summary>Its workers run.</summary>
    Working,

    /// <summary>It was asked to stop.</summary>
    Stopping,
}
