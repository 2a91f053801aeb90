namespace PgQueue.Storage;

/// <summary>An enqueue that failed, and what is known about it. Never leaves the package.</summary>
/// <param name="outcome">What it means.</param>
/// <param name="cause">The exception for the caller, or for the log.</param>
/// <param name="isOnlyLocal">It is stored on the primary, but perhaps on no standby: trying again cannot tell.</param>
internal sealed class EnqueueFailure(CommitOutcome outcome, Exception cause, bool isOnlyLocal) : Exception(cause.Message, cause)
{
    public CommitOutcome Outcome => outcome;

    public Exception Cause => InnerException!;

    public bool IsOnlyLocal => isOnlyLocal;
}
