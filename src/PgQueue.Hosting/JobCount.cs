namespace PgQueue;

/// <summary>How many jobs fit a filter.</summary>
/// <param name="Count">The number, at most 10,000.</param>
/// <param name="IsLowerBound">There are more than <paramref name="Count"/>.</param>
public readonly record struct JobCount(int Count, bool IsLowerBound);
