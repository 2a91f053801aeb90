namespace PgQueue.Storage;

/// <summary>A job that was not simply inserted: 2 its id exists, 3 its key is held by another, 4 it replaced another.</summary>
internal readonly record struct EnqueueReply(Guid Id, short Outcome, Guid? Holder);
