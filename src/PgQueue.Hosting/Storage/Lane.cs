namespace PgQueue.Storage;

/// <summary>One priority of one queue, as claims see it; or its isolation lane.</summary>
internal sealed record Lane(short Number, string Queue, short Priority, bool Isolated, long SafeSeq);
