namespace PgQueue.Storage;

/// <summary>ReadHorizon.sql's row: somebody who holds dead rows back.</summary>
internal sealed class HorizonRow
{
    public const int Session = 1;
    public const int Prepared = 2;

    public int Kind { get; init; }

    public int? Pid { get; init; }

    public string? Name { get; init; }

    public string? Role { get; init; }

    public string? State { get; init; }

    public double? Seconds { get; init; }
}
