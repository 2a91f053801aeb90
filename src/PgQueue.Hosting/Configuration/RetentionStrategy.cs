namespace PgQueue;

/// <summary>What becomes of records whose time is over.</summary>
public enum RetentionStrategy
{
    /// <summary>They are dropped.</summary>
    Delete,

    /// <summary>They move to the tables <c>job_archive</c> and <c>attempt_archive</c>, which nothing reads and nobody empties but you.</summary>
    Archive,
}
