namespace PgQueue;

/// <summary>A page of acts, the newest first.</summary>
/// <param name="Lines">The acts.</param>
/// <param name="Next">For the next page; <see langword="null"/> if there is none.</param>
public sealed record AuditPage(IReadOnlyList<AuditLine> Lines, string? Next);
