namespace PgQueue;

/// <summary>What to do after one kind of exception.</summary>
internal sealed record RetryRule(Func<Exception, bool> Matches, Func<RetryContext, TimeSpan?> Delay);
