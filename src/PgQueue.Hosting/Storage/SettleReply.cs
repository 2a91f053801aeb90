namespace PgQueue.Storage;

/// <summary>What became of a flush's leases. One in none of the three is fenced: its outcomes were refused.</summary>
/// <param name="Settled">Accepted.</param>
/// <param name="Removed">Of these, the ones now gone.</param>
/// <param name="Busy">Held by a rescue or an open user transaction: send again later.</param>
internal sealed record SettleReply(HashSet<long> Settled, HashSet<long> Removed, HashSet<long> Busy);
