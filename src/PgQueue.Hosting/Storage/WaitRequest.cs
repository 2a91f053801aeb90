namespace PgQueue.Storage;

/// <summary>One round trip for all who wait in this process.</summary>
internal sealed record WaitRequest
{
    /// <summary>This process, as its rows are known by.</summary>
    public required Guid Process { get; init; }

    /// <summary>Jobs to be told about from now on, or for longer.</summary>
    public IReadOnlyList<Guid> Begin { get; init; } = [];

    /// <summary>Jobs that nobody here waits for any more.</summary>
    public IReadOnlyList<Guid> End { get; init; } = [];

    /// <summary>Jobs never looked at before.</summary>
    public IReadOnlyList<Guid> First { get; init; } = [];

    /// <summary>Jobs to look at again.</summary>
    public IReadOnlyList<Guid> Again { get; init; } = [];

    /// <summary>How long ago the first of <see cref="Again"/> was first looked at.</summary>
    public TimeSpan Age { get; init; }

    public bool IsEmpty => Begin.Count + End.Count + First.Count + Again.Count == 0;
}
