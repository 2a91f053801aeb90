namespace PgQueue.Cron;

/// <summary>The times of a plain cron expression on a clock on the wall, as Cronos finds them.</summary>
internal sealed class WallClock
{
    private readonly Cronos.CronExpression _expression;

    private WallClock(Cronos.CronExpression expression) => _expression = expression;

    public static WallClock Parse(string plain, bool hasSeconds)
    {
        try
        {
            return new(Cronos.CronExpression.Parse(plain, hasSeconds ? Cronos.CronFormat.IncludeSeconds : Cronos.CronFormat.Standard));
        }
        catch (Cronos.CronFormatException fault)
        {
            throw new CronFormatException(plain, null, null, fault.Message);
        }
    }

    // without a zone Cronos computes on the digits alone, whatever their kind is called
    public DateTime? Next(DateTime from) =>
        _expression.GetNextOccurrence(DateTime.SpecifyKind(from, DateTimeKind.Utc), inclusive: true) is { } found
            ? DateTime.SpecifyKind(found, DateTimeKind.Unspecified)
            : null;
}
