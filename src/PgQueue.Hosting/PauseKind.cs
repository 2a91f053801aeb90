namespace PgQueue;

/// <summary>What is paused.</summary>
public enum PauseKind
{
    /// <summary>All jobs of a queue.</summary>
    Queue = 1,

    /// <summary>All jobs of a type, or of the types with a prefix.</summary>
    Type = 2,
}
