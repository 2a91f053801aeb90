using System.Text;
using PgQueue.Cron;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Scheduling;

/// <summary>One schedule as this process knows it. Belongs to one loop.</summary>
internal sealed class ScheduleEntry
{
    public ScheduleEntry(ScheduleRow row)
    {
        Name = row.Name;
        Revision = row.Revision;
        Owner = (ScheduleSource)row.Owner;
        Digest = row.Digest;
        Replaced = row.Replaced;
        IsBacked = row.IsBacked;
        Type = row.Type;
        NextAt = row.NextAt;
        WaitingAt = row.WaitingAt;
        WaitingSince = row.WaitingSince;
        IsStopped = row.IsPaused || !row.Enabled;
        Headers = HeaderCodec.Read(row.Headers is null ? default : Encoding.UTF8.GetBytes(row.Headers));
        Missed = MissedRuns.TryParse(row.Missed, out var missed) ? missed : MissedRuns.FireOnce;
        Timing = new ScheduleTiming(row.Cron, row.TimeZone, (DaylightGap)row.Gap, (DaylightOverlap)row.Overlap, row.Anchor, row.NextAt, IsStopped);
        try
        {
            Recurrence = Timing.Recurrence(Name);
        }
        catch (PgQueueException e)
        {
            // a newer version's expression, or a zone that this machine does not know: others fire it
            Fault = e.Message;
        }
    }

    public string Name { get; }

    public long Revision { get; private set; }

    public ScheduleSource Owner { get; }

    public long Digest { get; }

    public long[] Replaced { get; }

    /// <summary>Another live process brings the definition that the row holds.</summary>
    public bool IsBacked { get; }

    public string Type { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public MissedRuns Missed { get; }

    public ScheduleTiming Timing { get; }

    /// <summary>Null if this process cannot read the row: see <see cref="Fault"/>.</summary>
    public Recurrence? Recurrence { get; }

    public string? Fault { get; }

    public bool IsStopped { get; private set; }

    public DateTime? NextAt { get; private set; }

    public DateTime? WaitingAt { get; private set; }

    public DateTime? WaitingSince { get; private set; }

    /// <summary>Whether the row was changed by somebody else: what is known of it but the time is old.</summary>
    public bool IsOld { get; private set; }

    public void Apply(FireReply reply)
    {
        IsOld |= reply.Revision != Revision;
        Revision = reply.Revision;
        NextAt = reply.NextAt;
        WaitingAt = reply.WaitingAt;
        WaitingSince = reply.WaitingSince;
        IsStopped |= reply.IsPaused;
    }
}
