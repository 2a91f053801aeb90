namespace PgQueue.Worker;

/// <summary>Why a running job's token was cancelled.</summary>
internal enum StopReason
{
    None,
    Timeout,
    CancelAsked,
    DiscardAsked,
    Shutdown,
    LeaseLost,
}
