using System.Globalization;
using PgQueue.Storage;

namespace PgQueue.Health;

/// <summary>Who holds dead rows back, and how to end it.</summary>
internal static class HorizonJudge
{
    /// <returns>Whether anybody was found.</returns>
    public static bool Judge(HealthRows rows, PgQueueHealthOptions options, Findings findings)
    {
        if (rows.Queue.HiddenSessions > 0)
        {
            findings.Note("sessions.hidden", rows.Queue.HiddenSessions);
            findings.Note("partial", $"{Words.Count(rows.Queue.HiddenSessions, "session")} of other roles cannot be seen, so an old transaction of theirs is not found; grant pg_monitor to this role.");
        }

        if (options.HorizonAge == Timeout.InfiniteTimeSpan)
            return false;
        foreach (var row in rows.Horizon)
            findings.Warn(Sentence(row));
        findings.Note("horizon.holders", rows.Horizon.Count);
        findings.Note("horizon.oldest_s", rows.Horizon.Max(h => h.Seconds) is { } seconds ? Math.Round(seconds, 1) : null);
        return rows.Horizon.Count > 0;
    }

    private static string Sentence(HorizonRow row) => row.Kind switch
    {
        HorizonRow.Session =>
            $"A transaction has held dead rows back for {Words.OfSeconds(row.Seconds ?? 0)} (pid {Number(row.Pid)}, application '{row.Name}', role {row.Role}, {row.State ?? "state unknown"}): "
            + $"see its query with select * from pg_stat_activity where pid = {Number(row.Pid)}, and end it with select pg_terminate_backend({Number(row.Pid)}).",
        HorizonRow.Prepared =>
            $"The prepared transaction '{row.Name}' of role {row.Role} has held dead rows back for {Words.OfSeconds(row.Seconds ?? 0)}: end it with commit prepared or rollback prepared.",
        _ => $"The {row.State} replication slot '{row.Name}' holds dead rows back: bring its standby up to date, or drop it with select pg_drop_replication_slot('{row.Name}').",
    };

    private static string Number(int? pid) => pid?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
