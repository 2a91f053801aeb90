namespace PgQueue.Storage;

/// <summary>The new bounds, lane by lane. Not passed: a transaction older than the mark still runs.</summary>
internal sealed record CursorReply(bool Passed, Dictionary<short, long> Bounds);
