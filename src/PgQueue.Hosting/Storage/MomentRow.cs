namespace PgQueue.Storage;

/// <summary>ReadMoment.sql's row.</summary>
internal sealed class MomentRow
{
    public DateTime At { get; init; }

    public double MinuteSeconds { get; init; }

    public double HourSeconds { get; init; }

    public double DaySeconds { get; init; }
}
