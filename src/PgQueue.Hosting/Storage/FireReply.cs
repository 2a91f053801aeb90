namespace PgQueue.Storage;

/// <summary>A schedule's row after a fire, whoever fired it.</summary>
/// <param name="Name">The schedule.</param>
/// <param name="Revision">As stored.</param>
/// <param name="NextAt">As stored.</param>
/// <param name="WaitingAt">As stored.</param>
/// <param name="WaitingSince">As stored.</param>
/// <param name="IsPaused">As stored.</param>
/// <param name="Jobs">How many jobs this call stored.</param>
/// <param name="Lane">The lane of its jobs.</param>
/// <param name="Now">The database's clock, in UTC.</param>
internal sealed record FireReply(
    string Name, long Revision, DateTime? NextAt, DateTime? WaitingAt, DateTime? WaitingSince, bool IsPaused, int Jobs, short Lane, DateTime Now);
