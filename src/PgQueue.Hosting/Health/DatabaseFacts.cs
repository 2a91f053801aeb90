using PgQueue.Storage;

namespace PgQueue.Health;

/// <summary>What the database answered to one look. Never an exception: that it did not answer is a fact too.</summary>
internal sealed record DatabaseFacts
{
    /// <summary>Why there is no answer, in words; null if there is one.</summary>
    public string? Outage { get; init; }

    /// <summary>Why the schema does not fit, and what to do; null if it fits.</summary>
    public string? SchemaFault { get; init; }

    public int SchemaVersion { get; init; }

    public TimeSpan Took { get; init; }

    /// <summary>The worker that was asked for.</summary>
    public Guid? Worker { get; init; }

    /// <summary>How far this process's clock is ahead of the database's; half of the answer's time is in doubt.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>Null if there was no answer, no fitting schema, or no privilege to look.</summary>
    public HealthRows? Rows { get; init; }

    /// <summary>The role may not look at the queue's tables.</summary>
    public bool MayNotLook { get; init; }
}
