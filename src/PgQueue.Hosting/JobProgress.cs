namespace PgQueue;

/// <summary>How far a job said it has come; see <see cref="JobContext.ReportProgressAsync"/>.</summary>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Message">What it said about it, at most 200 characters.</param>
/// <param name="At">When it was stored, by the database's clock.</param>
public sealed record JobProgress(double Fraction, string? Message, DateTimeOffset At);
