namespace PgQueue.Storage;

/// <summary>A point in the ready sequence and the transaction id drawn after it.</summary>
internal readonly record struct CursorMark(long Seq, ulong TransactionId);
