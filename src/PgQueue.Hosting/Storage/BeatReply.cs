namespace PgQueue.Storage;

/// <summary>What a heartbeat brought back.</summary>
/// <param name="Alive">False: the worker row is gone or past its expiry; every lease is lost.</param>
/// <param name="Leases">The leases the database thinks are ours.</param>
/// <param name="Cancels">Jobs of ours that somebody wants ended.</param>
/// <param name="Discards">Those of them that are to end as failed.</param>
internal sealed record BeatReply(bool Alive, long[] Leases, Guid[] Cancels, Guid[] Discards);
