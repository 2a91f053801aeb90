namespace PgQueue.TestWorker;

/// <summary>A job for the tests.</summary>
/// <param name="Kind">What its handler does; see <see cref="WorkHandler"/>.</param>
/// <param name="Number">Milliseconds, or attempts that fail.</param>
internal sealed record Work(string Kind, int Number = 0);
