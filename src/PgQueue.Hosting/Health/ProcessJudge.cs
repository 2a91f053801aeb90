using PgQueue.Loops;
using PgQueue.Storage;

namespace PgQueue.Health;

/// <summary>What the facts about this process mean.</summary>
/// <param name="options">The queue's options.</param>
/// <param name="path">Where they stand in the configuration.</param>
internal sealed class ProcessJudge(PgQueueOptions options, string path)
{
    private const string Pump = "pump";

    private PgQueueHealthOptions Health => options.Health;

    /// <summary>Whether anything here hangs that waits for no database: only a new process mends that.</summary>
    public void JudgeLife(ProcessFacts process, Findings findings)
    {
        Note(process, findings);
        foreach (var pulse in process.Pulses.Where(p => p.IsResting && p.Late > Health.StalledAfter))
            findings.Fail($"The {Title(pulse)} should have run {Words.Of(pulse.Late)} ago and did not wake: restart the process, and look for a starved thread pool or a machine that was suspended.");
    }

    /// <param name="process">This process.</param>
    /// <param name="hasDatabase">Whether the database answered: if not, what fails for that reason is not said again.</param>
    /// <param name="findings">Takes what is wrong.</param>
    public void Judge(ProcessFacts process, bool hasDatabase, Findings findings)
    {
        Note(process, findings);
        if (process.State == ProcessState.Starting)
            JudgeStart(process, hasDatabase, findings);
        if (process.State != ProcessState.Working)
            return;
        var isRegistered = JudgeLease(process, findings);
        foreach (var pulse in process.Pulses.Where(p => p.Late > Health.StalledAfter && (isRegistered || !IsPump(p))))
        {
            findings.Fail(
                $"The {Title(pulse)} has given no sign of life for {Words.Of(pulse.Late)}: look for a lock or a call that hangs in pg_stat_activity, and restart the process if there is none.");
        }

        if (hasDatabase)
            JudgeFailing(process, findings);
        if (process.IsPolling)
        {
            findings.Warn(
                $"Notifications do not arrive, so this process polls every {Words.Of(options.Polling.Busy)}: connect to the server directly or through a session-mode pooler, or set {path}:Notifications to Off if polling is meant.");
        }
    }

    private void JudgeStart(ProcessFacts process, bool hasDatabase, Findings findings)
    {
        if (process.StartError is { } error && hasDatabase)
            findings.Fail($"The queue has not started in this process for {Words.Of(process.Since)} because {OutageText.Of(error)}: it starts by itself once that is mended.");
        else if (process.StartError is null && process.Since > Health.FailingAfter)
            findings.Fail($"The queue has been starting for {Words.Of(process.Since)}: start the host, or look in pg_locks for what its migration waits for.");
    }

    private bool JudgeLease(ProcessFacts process, Findings findings)
    {
        if (process is { Worker: not null } && process.LeaseLeft > TimeSpan.Zero)
            return true;
        var heartbeat = process.Pulses.FirstOrDefault(p => string.Equals(p.Name, "heartbeat", StringComparison.Ordinal));
        if (process.Since < Health.FailingAfter && heartbeat?.FailingFor is null && process.Worker is null)
            return false;
        var what = process.Worker is null ? "has not registered its worker" : "has lost its lease";
        var why = heartbeat?.Error is { } error ? $" because {OutageText.Of(error)}" : "";
        findings.Fail($"This process {what} and runs no jobs{why}: it registers again by itself once the database lets it; event 203 in its log has the error.");
        return false;
    }

    private void JudgeFailing(ProcessFacts process, Findings findings)
    {
        var failing = process.Pulses.Where(p => p.FailingFor > Health.FailingAfter).ToList();
        var pumps = failing.Where(IsPump).ToList();
        if (pumps.Count > 0)
        {
            var text = $"Claims and outcomes of this process have failed for {Words.Of(pumps.Max(p => p.FailingFor!.Value))} because {Cause(pumps[0])}: event 305 in its log has the error.";
            // a pump that has had nothing to do since then does not show that the others are to blame
            if (process.Pulses.Any(p => IsPump(p) && p.FailingFor is null && p.SinceSuccess < pumps[0].FailingFor))
                findings.Warn(text);
            else
                findings.Fail(text);
        }

        foreach (var pulse in failing.Where(p => !IsPump(p)))
            findings.Warn($"The {Title(pulse)} has failed for {Words.Of(pulse.FailingFor!.Value)} because {Cause(pulse)}: event 501 in the log has the error.");
    }

    private static void Note(ProcessFacts process, Findings findings)
    {
        findings.Note("process.state", process.State.ToString());
        if (process.State != ProcessState.Working)
            return;
        findings.Note("worker.id", process.Worker);
        findings.NoteSeconds("worker.lease_left_s", process.LeaseLeft);
        findings.Note("notifications", process.IsPolling ? "do not arrive" : null);
        findings.Note("loops.failing", process.Pulses.Count(p => p.FailingFor is not null));
        foreach (var pulse in process.Pulses.Where(p => p.FailingFor is not null))
            findings.NoteSeconds($"loops.failing_s.{pulse.Name}", pulse.FailingFor);
    }

    private static string Cause(PulseReading pulse) => OutageText.Of(pulse.Error!);

    private static bool IsPump(PulseReading pulse) => string.Equals(pulse.Name, Pump, StringComparison.Ordinal);

    private static string Title(PulseReading pulse) => pulse.Name is Pump or "heartbeat" or "watchdog" ? pulse.Name : $"loop '{pulse.Name}'";
}
