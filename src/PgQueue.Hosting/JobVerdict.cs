namespace PgQueue;

/// <summary>What the handler asked for, other than success by returning. The default value asks for nothing.</summary>
internal readonly record struct JobVerdict(AttemptOutcome Outcome, TimeSpan? Delay, string? Reason)
{
    public bool IsGiven => Outcome != default;
}
