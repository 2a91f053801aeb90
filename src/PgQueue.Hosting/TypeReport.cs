namespace PgQueue;

/// <summary>The figures of one type of job, as handlers are registered for it.</summary>
public sealed record TypeReport : JobCounts
{
    /// <summary>What <see cref="Type"/> is for all that has no entry of its own.</summary>
    public const string Others = "";

    /// <summary>
    /// A type name; a prefix with a star, for all types that a handler with that prefix takes; or <see cref="Others"/>, for jobs that ended without any worker ever
    /// having had a handler for their type, and for what is beyond the hundred types with the most unfinished jobs.
    /// </summary>
    public required string Type { get; init; }
}
