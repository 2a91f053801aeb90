namespace PgQueue;

/// <summary>A schedule as it is stored, and what it last did.</summary>
public sealed record ScheduleInfo
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is doing.</summary>
    public required ScheduleState State { get; init; }

    /// <summary>Who defines it.</summary>
    public required ScheduleSource Source { get; init; }

    /// <summary>The expression.</summary>
    public required string Cron { get; init; }

    /// <summary>The IANA id of the zone whose clock the expression means.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What becomes of a time that the clock jumps over.</summary>
    public required DaylightGap Gap { get; init; }

    /// <summary>What becomes of a time that comes twice.</summary>
    public required DaylightOverlap Overlap { get; init; }

    /// <summary>What becomes of occurrences that no process was up to run.</summary>
    public required MissedRuns MissedRuns { get; init; }

    /// <summary>What becomes of an occurrence while the run before it has not finished.</summary>
    public required WhenRunning WhenRunning { get; init; }

    /// <summary>The type name of its jobs.</summary>
    public required string Type { get; init; }

    /// <summary>The queue of its jobs.</summary>
    public required string Queue { get; init; }

    /// <summary>The priority of its jobs.</summary>
    public required int Priority { get; init; }

    /// <summary>How often each of its jobs may be started.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>The payload of its jobs, as JSON; empty if the database role may not read it.</summary>
    public required string Payload { get; init; }

    /// <summary>The next occurrence; in the past while it is paused or waits. <see langword="null"/> if none will come.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>The last occurrence for which a job was stored, or the instant of the last trigger.</summary>
    public DateTimeOffset? PreviousRun { get; init; }

    /// <summary>The job of the previous run.</summary>
    public Guid? LastJobId { get; init; }

    /// <summary>What became of the previous run; <see langword="null"/> if there was none or its record has passed retention.</summary>
    public JobState? LastState { get; init; }

    /// <summary>How many occurrences were passed over because the run before them had not finished, as far back as the records go.</summary>
    public required long PassedOver { get; init; }
}
