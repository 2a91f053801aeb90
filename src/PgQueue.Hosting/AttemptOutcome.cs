namespace PgQueue;

/// <summary>How one attempt of a job ended.</summary>
public enum AttemptOutcome
{
    /// <summary>The handler finished.</summary>
    Succeeded = 2,

    /// <summary>It failed and will be retried.</summary>
    Retried = 3,

    /// <summary>It failed for good.</summary>
    Failed = 4,

    /// <summary>It was cancelled.</summary>
    Cancelled = 5,

    /// <summary>It was handed back at shutdown; no attempt is burnt.</summary>
    Released = 6,

    /// <summary>The handler asked to be called later; no attempt is burnt.</summary>
    Snoozed = 7,

    /// <summary>The worker had no handler for the type and left it to others; no attempt is burnt.</summary>
    Deferred = 8,

    /// <summary>A later job with the same deduplication key replaced it.</summary>
    Superseded = 9,

    /// <summary>The worker died; the job runs again elsewhere.</summary>
    Lost = 10,
}
