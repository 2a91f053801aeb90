namespace PgQueue.Storage;

/// <summary>How one claimed job is to be settled.</summary>
/// <param name="Job">The job.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="StartedAt">Monotonic timestamp of the start; 0 if it never started.</param>
/// <param name="Delay">For a retry, snooze or deferral: when it may start again.</param>
/// <param name="Error">Clean text, or null.</param>
/// <param name="HadTombstone">Somebody asked for its end.</param>
/// <param name="InTransaction">The handler completed it in its own transaction: if the lease is gone, that was the commit.</param>
/// <param name="Besides">What the handler threw or asked for besides completing it so: of no effect after the commit.</param>
/// <param name="Output">Result and log lines, if there are any.</param>
internal readonly record struct JobOutcome(
    ClaimedJob Job, AttemptOutcome Outcome, long StartedAt = 0, TimeSpan Delay = default, string? Error = null, bool HadTombstone = false,
    bool InTransaction = false, string? Besides = null, JobOutput? Output = null)
{
    public bool IsFinal => Outcome is AttemptOutcome.Succeeded or AttemptOutcome.Failed or AttemptOutcome.Cancelled or AttemptOutcome.Superseded;

    /// <summary>It comes back after its delay.</summary>
    public bool IsScheduled => Outcome is AttemptOutcome.Retried or AttemptOutcome.Snoozed or AttemptOutcome.Deferred;

    /// <summary>An unrun suspect goes back to its isolation lane, everything else to its home lane.</summary>
    public short ReturnLane
    {
        get
        {
            var home = (short)(Job.Lane % 2 == 0 ? Job.Lane - 1 : Job.Lane);
            return Outcome is AttemptOutcome.Released or AttemptOutcome.Deferred && Job.IsSuspect ? (short)(home + 1) : home;
        }
    }
}
