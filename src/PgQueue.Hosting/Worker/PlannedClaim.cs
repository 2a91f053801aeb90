namespace PgQueue.Worker;

/// <summary>One claim of a turn.</summary>
/// <param name="Feed">The queue; null for suspects of any queue.</param>
/// <param name="Limit">Jobs at most.</param>
/// <param name="Asking">The queues in which that many places are kept until the claim is answered.</param>
internal readonly record struct PlannedClaim(QueueFeed? Feed, int Limit, IReadOnlyList<QueueFeed> Asking)
{
    /// <summary>What it brought is held, or nothing will come of it.</summary>
    public void Answered()
    {
        foreach (var feed in Asking)
            feed.Runner.Answered(Limit);
    }
}
