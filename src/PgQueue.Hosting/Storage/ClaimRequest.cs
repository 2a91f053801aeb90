namespace PgQueue.Storage;

/// <summary>One claim: lanes in priority order, the exclusive lower bound of each, and how many jobs at most.</summary>
internal sealed record ClaimRequest(short[] Lanes, long[] Bounds, int Limit);
