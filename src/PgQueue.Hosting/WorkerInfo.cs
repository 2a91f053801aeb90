namespace PgQueue;

/// <summary>A worker: one start of one process. A process that lost its lease and registered again is another worker.</summary>
public sealed record WorkerInfo
{
    /// <summary>Its id, as in <see cref="JobAttempt.WorkerId"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name of the machine.</summary>
    public required string Host { get; init; }

    /// <summary>The process id on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The version of this package in that process.</summary>
    public required string Version { get; init; }

    /// <summary>The queues it works on.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>The types it has handlers for: exact names, and prefixes with a star.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>When it registered, by the database's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Until when its jobs are its own if no further heartbeat comes.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>Whether its lease has not ended. One that is dead goes from the list once its jobs are being rescued, seconds later.</summary>
    public required bool IsAlive { get; init; }

    /// <summary>How many jobs it holds.</summary>
    public required int RunningJobs { get; init; }

    /// <summary>The jobs it holds, longest held first; the first hundred.</summary>
    public required IReadOnlyList<RunningJob> Jobs { get; init; }
}
