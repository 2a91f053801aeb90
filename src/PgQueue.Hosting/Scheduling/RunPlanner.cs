using PgQueue.Cron;
using PgQueue.Storage;

namespace PgQueue.Scheduling;

/// <summary>Decides which occurrences of a due schedule run, and which one comes next. Pure: the clock is an argument.</summary>
internal static class RunPlanner
{
    /// <summary>One call fires so many on-time occurrences of one schedule at most; the next call goes on.</summary>
    private const int AtOnce = 100;

    /// <param name="recurrence">When the schedule runs.</param>
    /// <param name="missed">What becomes of missed occurrences.</param>
    /// <param name="due">The first occurrence that was not run yet, not after <paramref name="now"/>.</param>
    /// <param name="now">The database's clock.</param>
    public static RunPlan Plan(Recurrence recurrence, MissedRuns missed, DateTime due, DateTime now)
    {
        if (now - due <= ScheduleTiming.OnTime)
            return EachSince(recurrence, due, now);
        var latest = recurrence.Latest(due, now) ?? due;
        if (missed.Max == 0)
            return new RunPlan(now - latest <= ScheduleTiming.OnTime ? [new PlannedRun(latest, null)] : [], recurrence.Next(latest));
        if (missed.Window == default)
            return new RunPlan([new PlannedRun(latest, latest > due ? due : null)], recurrence.Next(latest));
        return new RunPlan(Last(recurrence, missed, due, latest, now), recurrence.Next(latest));
    }

    private static RunPlan EachSince(Recurrence recurrence, DateTime due, DateTime now)
    {
        List<PlannedRun> runs = [new(due, null)];
        var next = recurrence.Next(due);
        while (next <= now && runs.Count < AtOnce)
        {
            runs.Add(new PlannedRun(next.Value, null));
            next = recurrence.Next(next.Value);
        }

        return new RunPlan(runs, next);
    }

    private static List<PlannedRun> Last(Recurrence recurrence, MissedRuns missed, DateTime due, DateTime latest, DateTime now)
    {
        var oldest = now - missed.Window;
        var runs = new List<PlannedRun>();
        for (DateTime? at = latest; at >= due && at >= oldest && runs.Count < missed.Max; at = recurrence.Latest(due.AddTicks(-1), at.Value.AddTicks(-1)))
            runs.Add(new PlannedRun(at.Value, null));
        runs.Reverse();
        return runs;
    }
}
