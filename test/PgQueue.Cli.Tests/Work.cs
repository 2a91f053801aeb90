namespace PgQueue.CliTests;

/// <summary>The payload of every job here.</summary>
/// <param name="Error">What its handler throws; null to succeed.</param>
/// <param name="Note">Anything.</param>
[JobType("work")]
internal sealed record Work(string? Error = null, string? Note = null);
