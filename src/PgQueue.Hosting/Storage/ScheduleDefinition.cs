using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PgQueue.Cron;

namespace PgQueue.Storage;

/// <summary>A schedule as somebody defines it: checked, with every default filled in.</summary>
internal sealed record ScheduleDefinition
{
    public required string Name { get; init; }

    public required string Cron { get; init; }

    /// <summary>An IANA id.</summary>
    public required string TimeZone { get; init; }

    public required DaylightGap Gap { get; init; }

    public required DaylightOverlap Overlap { get; init; }

    public required MissedRuns Missed { get; init; }

    public required WhenRunning WhenRunning { get; init; }

    public required bool Enabled { get; init; }

    public required string Type { get; init; }

    public required string Queue { get; init; }

    public required int Priority { get; init; }

    public required short MaxAttempts { get; init; }

    public int? TimeoutMs { get; init; }

    public byte[]? Headers { get; init; }

    public required byte[] Payload { get; init; }

    /// <summary>The same for the same definition in every process and version; another for any other.</summary>
    public long Digest()
    {
        var parts = new[]
        {
            Name, Cron, TimeZone, Gap.ToString(), Overlap.ToString(), Missed.ToString(), WhenRunning.ToString(), Enabled.ToString(), Type, Queue,
            Priority.ToString(CultureInfo.InvariantCulture), MaxAttempts.ToString(CultureInfo.InvariantCulture),
            TimeoutMs?.ToString(CultureInfo.InvariantCulture) ?? "", Headers is null ? "" : Encoding.UTF8.GetString(Headers), Encoding.UTF8.GetString(Payload),
        };
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)));
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <param name="anchor">From where <c>@every</c> counts.</param>
    public Recurrence Recurrence(DateTime anchor) =>
        PgQueue.Cron.Recurrence.Parse(Cron, Name, TimeZones.Find(TimeZone), Gap, Overlap, anchor);
}
