namespace PgQueue.Worker;

/// <summary>What a handler said about how far it has come.</summary>
internal sealed record ProgressReport(double Fraction, string? Message);
