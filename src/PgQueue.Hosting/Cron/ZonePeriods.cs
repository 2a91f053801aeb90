namespace PgQueue.Cron;

/// <summary>Finds when a zone's clock changes by asking for its distance from UTC, and remembers the blocks of the calendar asked for last.</summary>
/// <remarks>
/// <see cref="TimeZoneInfo.IsInvalidTime"/>, <see cref="TimeZoneInfo.IsAmbiguousTime(DateTime)"/> and conversions from local time are never asked:
/// they are wrong for zones whose winter is the exception, such as Europe/Dublin and Africa/Casablanca.
/// </remarks>
internal sealed class ZonePeriods
{
    private const int Remembered = 16;

    private readonly TimeZoneInfo _zone;
    private readonly OffsetPeriod? _only;
    private readonly OffsetBlock?[] _blocks = new OffsetBlock?[Remembered];

    public ZonePeriods(TimeZoneInfo zone)
    {
        _zone = zone;
        var offset = zone.BaseUtcOffset.Ticks;
        if (zone.GetAdjustmentRules().Length == 0)
            _only = new OffsetPeriod(0, long.MaxValue, offset, offset, offset);
    }

    /// <summary>The period that an instant lies in.</summary>
    public OffsetPeriod At(long utc)
    {
        if (_only is not null)
            return _only;
        utc = Math.Clamp(utc, 0, DateTime.MaxValue.Ticks - 1);
        var number = utc / OffsetBlock.Ticks;
        ref var slot = ref _blocks[number % Remembered];
        var block = Volatile.Read(ref slot);
        if (block is null || block.Number != number)
        {
            // several threads may compute the same block; each result is right
            block = new OffsetBlock(_zone, number);
            Volatile.Write(ref slot, block);
        }

        return block.At(utc);
    }
}
