namespace PgQueue;

/// <summary>One act of an operator.</summary>
public sealed record AuditLine
{
    /// <summary>A number that rises with time.</summary>
    public required long Id { get; init; }

    /// <summary>When it began, by the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who; see <see cref="IJobAdmin.As"/>.</summary>
    public required string Actor { get; init; }

    /// <summary>
    /// What: <c>retry</c>, <c>cancel</c>, <c>discard</c>, <c>reschedule</c> and <c>priority</c>, each also with <c>-all</c>; <c>pause-queue</c>, <c>resume-queue</c>,
    /// <c>pause-type</c>, <c>resume-type</c>; <c>schedule-set</c>, <c>schedule-pause</c>, <c>schedule-resume</c>, <c>schedule-trigger</c>, <c>schedule-remove</c>.
    /// </summary>
    public required string Act { get; init; }

    /// <summary>On what: a job's id, a filter, or the name of a queue, type or schedule; then the time or priority that was given.</summary>
    public required string Target { get; init; }

    /// <summary>Why, if it was said.</summary>
    public string? Reason { get; init; }

    /// <summary>How many jobs, pauses or schedules it changed. 0: none. Of an act on many that was interrupted: those until then.</summary>
    public required long Count { get; init; }
}
