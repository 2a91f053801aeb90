namespace PgQueue;

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Next">For the next page; <see langword="null"/> if there is none.</param>
public sealed record JobPage(IReadOnlyList<JobSummary> Jobs, string? Next);
