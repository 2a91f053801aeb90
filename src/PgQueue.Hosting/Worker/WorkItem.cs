using PgQueue.Handlers;
using PgQueue.Leases;
using PgQueue.Storage;

namespace PgQueue.Worker;

/// <summary>One claimed job on its way through this process.</summary>
internal sealed class WorkItem(ClaimedJob job, Tenure tenure, Route route, OutcomeBox box)
{
    private int _isFinished;

    public ClaimedJob Job => job;

    /// <summary>The registration under which it was claimed.</summary>
    public Tenure Tenure => tenure;

    public Route Route => route;

    /// <summary>When the claim came in that brought it, as a monotonic timestamp.</summary>
    public long ClaimedAt { get; init; }

    /// <summary>The handler asked for completion inside its transaction, and the statement went through.</summary>
    public bool IsCompletedInTransaction { get; set; }

    /// <summary>It is unknown which lease holds it, and the database could not be asked in time: no outcome may be sent, rescue has it.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Nothing more will be heard of it.</summary>
    public bool IsGivenUp => IsAbandoned && Volatile.Read(ref _isFinished) != 0;

    /// <summary>Hands the outcome to the pump that claimed the job. Only the first counts: a job handed back at shutdown may still return later.</summary>
    public bool Finish(in JobOutcome outcome)
    {
        if (Interlocked.Exchange(ref _isFinished, 1) != 0)
            return false;
        if (!IsAbandoned)
            box.Post(outcome);
        return true;
    }
}
