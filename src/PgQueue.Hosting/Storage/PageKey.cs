using System.Globalization;

namespace PgQueue.Storage;

/// <summary>The row that a page goes on after, as text for the caller to carry.</summary>
/// <param name="Seq">Of a ready job.</param>
/// <param name="At">The due time or the end of a job, in UTC.</param>
/// <param name="Id">The job.</param>
internal readonly record struct PageKey(long Seq, DateTime? At, Guid? Id)
{
    public static PageKey Of(FoundJobRow row) => new(row.Seq, row.ScheduledFor ?? row.FinishedAt, row.Id);

    public static bool TryParse(string text, out PageKey key)
    {
        key = default;
        if (text.Split('_') is not [var seq, var ticks, var id]
            || !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var instant) || instant > DateTime.MaxValue.Ticks
            || !Guid.TryParseExact(id, "N", out var job))
            return false;
        key = new PageKey(number, instant == 0 ? null : new DateTime(instant, DateTimeKind.Utc), job);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}_{At?.Ticks ?? 0}_{Id:N}");
}
