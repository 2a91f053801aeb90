namespace PgQueue.Cron;

/// <summary>Which days of a month the day-of-week field allows.</summary>
/// <param name="Bits">Bit 0 and bit 7 for Sunday.</param>
/// <param name="Week">Only the first to fifth such day of a month, or <see cref="LastWeek"/>; 0 for all.</param>
internal readonly record struct WeekDays(ulong Bits, int Week = 0)
{
    public const int LastWeek = 6;

    private const int Length = 7;
    private const uint EveryDay = 0x7F;
    private const ulong OnceAWeek = 1 | (1UL << 7) | (1UL << 14) | (1UL << 21) | (1UL << 28);

    /// <summary>The days of a month, bit 1 for the 1st.</summary>
    /// <param name="length">How many days the month has.</param>
    /// <param name="firstWeekday">The day of the week of its 1st, 0 for Sunday.</param>
    public uint In(int length, int firstWeekday)
    {
        var week = (uint)(Bits | (Bits >> Length)) & EveryDay;
        var fromFirst = ((week >> firstWeekday) | (week << (Length - firstWeekday))) & EveryDay;
        var days = (uint)((fromFirst * OnceAWeek) << 1) & (uint)((2UL << length) - 2);
        return Week switch
        {
            0 => days,
            LastWeek => days & ~(uint)((2UL << (length - Length)) - 1),
            _ => days & (EveryDay << (((Week - 1) * Length) + 1)),
        };
    }
}
