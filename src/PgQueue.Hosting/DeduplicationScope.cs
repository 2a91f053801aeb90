namespace PgQueue;

/// <summary>For how long a job holds its deduplication key.</summary>
public enum DeduplicationScope
{
    /// <summary>Until the job has succeeded, failed for good or been cancelled. The default.</summary>
    UntilFinished = 1,

    /// <summary>Until the job starts for the first time.</summary>
    UntilStarted = 2,

    /// <summary>For <see cref="EnqueueOptions.DeduplicationPeriod"/> from the enqueue, whatever becomes of the job.</summary>
    Period = 3,

    /// <summary>For as long as the job's record is kept; see <c>Retention</c>.</summary>
    WhileRetained = 4,
}
