using PgQueue.Storage;

namespace PgQueue.Health;

/// <summary>What the database's answer means.</summary>
/// <param name="options">The queue's options.</param>
/// <param name="path">Where they stand in the configuration.</param>
internal sealed class DatabaseJudge(PgQueueOptions options, string path)
{
    private PgQueueHealthOptions Health => options.Health;

    /// <summary>What keeps the queue from working at all.</summary>
    public static void JudgeAccess(DatabaseFacts facts, Findings findings)
    {
        findings.Note("database.reachable", facts.Outage is null);
        findings.Note("database.answer_ms", facts.Outage is null ? Math.Round(facts.Took.TotalMilliseconds, 1) : null);
        findings.Note("schema.version", facts.SchemaVersion > 0 ? facts.SchemaVersion : null);
        if (facts.Outage is { } outage)
            findings.Fail($"The database cannot be reached: {outage}.");
        if (facts.SchemaFault is { } fault)
            findings.Fail(fault);
        if (facts.Rows?.Queue is { IsStandby: true } or { IsReadOnly: true })
            findings.Fail("The server takes no writes: connect to the primary (Target Session Attributes=primary), or lift default_transaction_read_only.");
        if (facts.MayNotLook)
            findings.Note("partial", "This role may not look at the queue's tables; grant it the role <schema>_view of PgQueueSchema.GetGrantsScript().");
    }

    public void Judge(DatabaseFacts facts, ProcessFacts process, Findings findings)
    {
        if (facts.Rows is not { } rows)
            return;
        JudgeWorkers(facts, rows.Queue, process, findings);
        foreach (var queue in rows.Ready)
            JudgeAge(queue, findings);
        JudgeDeferred(rows.Queue, findings);
        JudgeOverdue(rows, findings);
        JudgeFailed(rows.Queue, findings);
        var holders = HorizonJudge.Judge(rows, Health, findings);
        JudgeDeadRows(rows.Queue, holders, findings);
        JudgeClock(facts.ClockAhead, facts.Took, findings);
    }

    private static void JudgeWorkers(DatabaseFacts facts, HealthRow row, ProcessFacts process, Findings findings)
    {
        findings.Note("workers.live", row.Workers);
        if (process is { State: ProcessState.Working, Worker: { } worker } && process.LeaseLeft > TimeSpan.Zero && worker == facts.Worker && !row.IsRegistered)
            findings.Fail("Another process has declared this one dead, or its row of the worker table was deleted: it registers anew with its next heartbeat; if this repeats, look for pauses of this process or a wrong Lease:Duration.");
    }

    private void JudgeAge(ReadyAgeRow row, Findings findings)
    {
        findings.Note($"ready.oldest_s.{row.Queue}", Math.Round(row.Seconds, 1));
        var own = Health.Queues is { } queues && queues.TryGetValue(row.Queue, out var found) ? found : null;
        // somebody wants it to wait: worth a look, and no reason to take processes out of service
        var isFailure = !row.IsPaused && IsOver(row.Seconds, own?.UnhealthyReadyAge ?? Health.UnhealthyReadyAge);
        if (!isFailure && !IsOver(row.Seconds, own?.DegradedReadyAge ?? Health.DegradedReadyAge))
            return;
        var advice = row.IsPaused ? "the queue is paused; IJobAdmin.GetPausesAsync says by whom and why, ResumeQueueAsync ends it"
            : row.HasWorker
            ? $"start more processes or raise {path}:Queues:{row.Queue}:Concurrency, and look for jobs that hang"
            : $"no live process works on it, so start one, or add it to {path}:Queues of one";
        var text = $"The oldest ready job of queue '{row.Queue}' has waited for {Words.OfSeconds(row.Seconds)}: {advice}.";
        if (isFailure)
            findings.Fail(text);
        else
            findings.Warn(text);
    }

    private void JudgeDeferred(HealthRow row, Findings findings)
    {
        findings.Note("deferred", row.DeferredJobs);
        if (!IsOver(row.DeferredSeconds ?? 0, Health.DeferredAge))
            return;
        var jobs = row.DeferredJobs < 100 ? Words.Count(row.DeferredJobs, "job") : "100 or more jobs";
        findings.Warn(
            $"{jobs} of type {Words.List(row.DeferredTypes)} found no handler, the oldest for {Words.OfSeconds(row.DeferredSeconds!.Value)}: start a process that has one, add the old name to its Aliases, or cancel them.");
    }

    private void JudgeOverdue(HealthRows rows, Findings findings)
    {
        findings.Note("schedules.overdue", rows.Overdue.Count);
        if (rows.Overdue.Count == 0 || Health.OverdueAfter == Timeout.InfiniteTimeSpan)
            return;
        var names = Words.List([.. rows.Overdue.Select(s => s.Name)]);
        var types = Words.List([.. rows.Overdue.Select(s => s.Type).Distinct(StringComparer.Ordinal)]);
        findings.Warn(
            $"{(rows.Overdue.Count == 1 ? "Schedule" : "Schedules")} {names} should have run {Words.OfSeconds(rows.Overdue[0].Seconds)} ago: "
            + (rows.Queue.Workers == 0 ? "no worker process is alive, so start one." : $"start a process that has a handler for type {types}; events 704 and 705 in the logs say why others do not run it."));
    }

    private void JudgeFailed(HealthRow row, Findings findings)
    {
        findings.Note("failed.last_hour", row.FailedLastHour);
        if (row.FailedLastHour > Health.FailedPerHour)
            findings.Warn($"{Words.Count(row.FailedLastHour, "job")} failed for good in the last hour, more than {Words.Count(Health.FailedPerHour.Value, "job")}: event 302 in the logs names them, GetAsync(id) has their errors.");
    }

    private void JudgeDeadRows(HealthRow row, bool isHeld, Findings findings)
    {
        findings.Note("ready.dead_rows", row.DeadRows);
        if (row.DeadRows <= Health.DeadRows)
            return;
        var advice = isHeld ? "end what holds them"
            : !row.IsVacuumed ? "autovacuum is off on this server, so switch it on"
            : row.HiddenSessions > 0 ? "look for an old transaction, which this role cannot see (grant it pg_monitor), else vacuum that table and raise autovacuum_max_workers"
            : "vacuum that table, and raise autovacuum_max_workers or autovacuum_vacuum_cost_limit";
        findings.Warn($"The table of ready jobs holds about {Words.Count(row.DeadRows, "dead row")}: {advice}.");
    }

    private void JudgeClock(TimeSpan ahead, TimeSpan took, Findings findings)
    {
        findings.NoteSeconds("clock.ahead_s", ahead);
        if (Health.ClockSkew == Timeout.InfiniteTimeSpan || ahead.Duration() - (took / 2) <= Health.ClockSkew)
            return;
        findings.Warn(
            $"The clock of this process is {Words.Of(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the database's: set both by NTP; the database's decides what is due, so a RunAt made from this clock is off by that.");
    }

    private static bool IsOver(double seconds, TimeSpan limit) => limit != Timeout.InfiniteTimeSpan && seconds >= limit.TotalSeconds;
}
