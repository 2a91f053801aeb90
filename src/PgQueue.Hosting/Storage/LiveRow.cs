namespace PgQueue.Storage;

/// <summary>ReadLive.sql's row.</summary>
internal sealed class LiveRow
{
    public const int Ready = 1;
    public const int Scheduled = 2;
    public const int Running = 3;

    public int Kind { get; init; }

    public string Queue { get; init; } = "";

    /// <summary>Null where the body is missing.</summary>
    public string? Type { get; init; }

    public double Jobs { get; init; }

    public double Deferred { get; init; }

    public bool IsExact { get; init; }

    public bool IsWhole { get; init; }
}
