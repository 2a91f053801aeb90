namespace PgQueue;

/// <summary>What a schedule is doing.</summary>
public enum ScheduleState
{
    /// <summary>It runs at its next occurrence.</summary>
    Active,

    /// <summary>Somebody paused it.</summary>
    Paused,

    /// <summary>Its definition switches it off.</summary>
    Disabled,

    /// <summary>An occurrence is overdue: no live process defines it and has a handler for its type. It runs when one comes, by its rule for missed runs.</summary>
    Waiting,

    /// <summary>It was defined in code or configuration, and no live process defines it any more. It does not run; it can be removed.</summary>
    Orphaned,

    /// <summary>No occurrence will ever come.</summary>
    Finished,
}
