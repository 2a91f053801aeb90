namespace PgQueue.Storage;

/// <summary>One bounded step of a chore.</summary>
/// <param name="Did">What was done; null if there was nothing to do.</param>
/// <param name="WasLocked">Whether there may be something to do, but somebody's lock was in the way.</param>
internal sealed record UpkeepStep(string? Did, bool WasLocked = false);
