namespace PgQueue.Worker;

/// <summary>One claim of a turn: for a queue, or for one suspect of any queue if there is none.</summary>
internal readonly record struct PlannedClaim(QueueFeed? Feed, int Limit);
