namespace PgQueue.Loops;

/// <summary>One look at a <see cref="Pulse"/>.</summary>
/// <param name="Name">The chore.</param>
/// <param name="Late">For how long it should have been heard of; not positive while all is well.</param>
/// <param name="IsResting">It waits for its next turn. Otherwise it is in one, and what it waits for may be the database.</param>
/// <param name="FailingFor">Since its first failure without a success after it; null while it works.</param>
/// <param name="Error">What it last failed with.</param>
/// <param name="SinceSuccess">Since its last success; null before the first.</param>
internal sealed record PulseReading(string Name, TimeSpan Late, bool IsResting, TimeSpan? FailingFor, Exception? Error, TimeSpan? SinceSuccess);
