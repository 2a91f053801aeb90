namespace PgQueue;

/// <summary>Counts of the jobs of one queue or type; see <see cref="QueueReport"/> and <see cref="TypeReport"/>.</summary>
public abstract record JobCounts
{
    private protected JobCounts()
    {
    }

    /// <summary>Waiting for a free worker.</summary>
    public long Ready { get; init; }

    /// <summary>Waiting for their due time.</summary>
    public long Scheduled { get; init; }

    /// <summary>Of the scheduled ones, those put back because a worker had no handler for their type.</summary>
    public long Deferred { get; init; }

    /// <summary>Held by workers.</summary>
    public long Running { get; init; }

    /// <summary>Finished well since the queue was created.</summary>
    public long Succeeded { get; init; }

    /// <summary>Failed for good since the queue was created.</summary>
    public long Failed { get; init; }

    /// <summary>Cancelled or superseded since the queue was created.</summary>
    public long Cancelled { get; init; }

    /// <summary>Attempts that failed and were retried since the queue was created.</summary>
    public long Retries { get; init; }

    /// <summary>Live worker processes that work on this queue, or have a handler for this type.</summary>
    public int Workers { get; init; }

    /// <summary>Which of the figures are estimates. The division among types is one above about a thousand ready jobs, and above five hundred scheduled or running ones.</summary>
    public EstimatedFigures Estimated { get; init; }

    /// <summary>What ended in the last minute; the grain is ten seconds.</summary>
    public required JobRates LastMinute { get; init; }

    /// <summary>What ended in the last hour; the grain is a minute.</summary>
    public required JobRates LastHour { get; init; }

    /// <summary>What ended in the last 24 hours; the grain is ten minutes.</summary>
    public required JobRates LastDay { get; init; }
}
