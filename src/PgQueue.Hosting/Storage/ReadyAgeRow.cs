namespace PgQueue.Storage;

/// <summary>ReadReadyAges.sql's row: a queue with ready jobs.</summary>
internal sealed class ReadyAgeRow
{
    public string Queue { get; init; } = "";

    public double Seconds { get; init; }

    public bool HasWorker { get; init; }

    public bool IsPaused { get; init; }
}
