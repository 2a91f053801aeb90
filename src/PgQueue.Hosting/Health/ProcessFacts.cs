using PgQueue.Loops;

namespace PgQueue.Health;

/// <summary>What this process knows of itself, without asking the database.</summary>
internal sealed record ProcessFacts(ProcessState State, TimeSpan Since)
{
    /// <summary>Why the database could not be prepared at the last try.</summary>
    public Exception? StartError { get; init; }

    /// <summary>The present registration, lost or not; null before the first.</summary>
    public Guid? Worker { get; init; }

    /// <summary>How long the lease still lasts by the local clock; zero if it is lost.</summary>
    public TimeSpan LeaseLeft { get; init; }

    /// <summary>Whether a probe showed that notifications do not arrive.</summary>
    public bool IsPolling { get; init; }

    public IReadOnlyList<PulseReading> Pulses { get; init; } = [];
}
