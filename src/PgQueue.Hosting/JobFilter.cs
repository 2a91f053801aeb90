namespace PgQueue;

/// <summary>Which jobs. What is not set does not matter.</summary>
public sealed record JobFilter
{
    /// <summary>In this state.</summary>
    public JobState? State { get; init; }

    /// <summary>In this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Of this type name, or of every type name with this prefix if it ends in <c>*</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Enqueued at that instant or later; failed, cancelled and superseded ones: ended.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Enqueued before that instant; failed, cancelled and superseded ones: ended.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whose last error contains this text, whatever its case. For failed, cancelled and superseded jobs only.</summary>
    public string? Error { get; init; }
}
