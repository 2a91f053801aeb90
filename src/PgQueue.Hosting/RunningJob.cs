namespace PgQueue;

/// <summary>A job that a worker holds.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Type">The stored type name.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Attempt">Attempts burnt so far, this one included.</param>
/// <param name="ClaimedAt">When the worker took it, by the database's clock. It starts at once, or after up to some tens of milliseconds in the worker's reserve.</param>
public sealed record RunningJob(Guid Id, string Type, string Queue, int Attempt, DateTimeOffset ClaimedAt);
