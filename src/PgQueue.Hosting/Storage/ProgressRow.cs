namespace PgQueue.Storage;

/// <summary>One running job's last progress.</summary>
internal readonly record struct ProgressRow(Guid Worker, Guid Job, long Lease, double Fraction, string? Message);
