using System.Text;
using PgQueue.Notifications;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>
/// Schedules at run time. What depends on the stored row is tried again when somebody changes it meanwhile. A process that has just started is no worker yet, so
/// what it defines itself is asked of itself.
/// </summary>
internal sealed class ScheduleClient(
    ScheduleComposer composer, ScheduleChanges changes, LaneCatalog lanes, WakeHub hub, Func<Guid?> worker, Func<string, bool> isDefinedHere,
    string actor) : IScheduleClient
{
    private const int Tries = 20;

    public async Task<ScheduleInfo> AddOrUpdateAsync<TPayload>(
        string name, string cron, TPayload payload, Action<ScheduleOptions>? configure = null, CancellationToken cancellationToken = default)
        where TPayload : notnull
    {
        ScheduleComposer.CheckName(name);
        if (payload is null)
            throw new PayloadException("$", "it is null. Give an object; an empty class will do.");
        var options = new ScheduleOptions { Cron = cron };
        configure?.Invoke(options);
        var definition = composer.Compose(name, options, payload);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var present = await StorageErrors.ExplainAsync(changes.ReadTimingAsync(name, cancellationToken)).ConfigureAwait(false);
            var (anchor, next, keepsNext) = ScheduleTiming.For(definition, present.Timing, present.Now);
            if (!await StorageErrors.ExplainAsync(
                changes.DefineAsync(definition, ScheduleSource.Client, present.Revision, anchor, next, present.Timing?.NextAt, keepsNext, actor, cancellationToken)).ConfigureAwait(false))
                continue;
            hub.AnnounceSchedules();
            if (await GetAsync(name, cancellationToken).ConfigureAwait(false) is { } stored)
                return stored;
        }

        throw KeptChanging(name);
    }

    public async Task<IReadOnlyList<ScheduleInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await StorageErrors.ExplainAsync(changes.ListAsync(name: null, cancellationToken)).ConfigureAwait(false)).Select(Info)];

    public async Task<ScheduleInfo?> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        ScheduleComposer.CheckName(name);
        var rows = await StorageErrors.ExplainAsync(changes.ListAsync(name, cancellationToken)).ConfigureAwait(false);
        return rows.Count == 0 ? null : Info(rows[0]);
    }

    public Task<bool> PauseAsync(string name, CancellationToken cancellationToken = default) => SwitchAsync(name, pause: true, cancellationToken);

    public Task<bool> ResumeAsync(string name, CancellationToken cancellationToken = default) => SwitchAsync(name, pause: false, cancellationToken);

    public async Task<JobReceipt?> TriggerAsync(string name, CancellationToken cancellationToken = default)
    {
        ScheduleComposer.CheckName(name);
        var rows = await StorageErrors.ExplainAsync(changes.ListAsync(name, cancellationToken)).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            await NoteAsync(name, "schedule-trigger", cancellationToken).ConfigureAwait(false);
            return null;
        }

        var own = HeaderCodec.Read(rows[0].Headers is null ? default : Encoding.UTF8.GetBytes(rows[0].Headers!));
        var run = new ScheduledRun(name, new DateTimeOffset(rows[0].Now), IsLate: false, MissedSince: null, IsTriggered: true);
        var reply = await StorageErrors.ExplainAsync(changes.TriggerAsync(
            name, Guid.CreateVersion7(), ScheduledRunHeaders.Write(own, run), worker(), actor, cancellationToken)).ConfigureAwait(false);
        if (reply is not var (job, isNew, lane))
            return null;
        if (isNew)
            hub.AnnounceReady(lanes.Find(lane)?.Queue);
        return new JobReceipt(job, isNew ? EnqueueOutcome.Created : EnqueueOutcome.Existing);
    }

    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        ScheduleComposer.CheckName(name);
        if (isDefinedHere(name) && await GetAsync(name, cancellationToken).ConfigureAwait(false) is { Source: ScheduleSource.Code })
            throw WouldComeBack(name);
        var removed = await StorageErrors.ExplainAsync(changes.RemoveAsync(name, actor, cancellationToken)).ConfigureAwait(false);
        if (removed == 2)
            throw WouldComeBack(name);
        hub.AnnounceSchedules();
        return removed == 1;
    }

    private async Task<bool> SwitchAsync(string name, bool pause, CancellationToken cancellationToken)
    {
        ScheduleComposer.CheckName(name);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var present = await StorageErrors.ExplainAsync(changes.ReadTimingAsync(name, cancellationToken)).ConfigureAwait(false);
            if (present.Timing is not { } timing || present.IsPaused == pause)
            {
                await NoteAsync(name, pause ? "schedule-pause" : "schedule-resume", cancellationToken).ConfigureAwait(false);
                return present.Timing is not null;
            }

            var next = pause ? timing.NextAt : timing.Recurrence(name).Next(present.Now);
            if (!await StorageErrors.ExplainAsync(changes.PauseAsync(name, present.Revision, pause, next, actor, cancellationToken)).ConfigureAwait(false))
                continue;
            hub.AnnounceSchedules();
            return true;
        }

        throw KeptChanging(name);
    }

    private async Task NoteAsync(string name, string act, CancellationToken cancellationToken) =>
        await StorageErrors.ExplainAsync(changes.NoteAsync(name, act, actor, cancellationToken)).ConfigureAwait(false);

    private static InvalidScheduleException WouldComeBack(string name) => new(
        "Name", $"schedule '{name}' is defined by the code or configuration of a live process, which would bring it back. Pause it, or remove it there.");

    private static PgQueueException KeptChanging(string name) =>
        new($"Schedule '{name}' was changed by somebody else {Tries} times while this change was being made. Nothing was stored; try again.");

    private ScheduleInfo Info(ScheduleListRow row) => new()
    {
        Name = row.Name,
        State = StateOf(row),
        Source = (ScheduleSource)row.Owner,
        Cron = row.Cron,
        TimeZone = row.TimeZone,
        Gap = (DaylightGap)row.Gap,
        Overlap = (DaylightOverlap)row.Overlap,
        MissedRuns = MissedRuns.TryParse(row.Missed, out var missed) ? missed : MissedRuns.FireOnce,
        WhenRunning = (WhenRunning)row.WhenRunning,
        Type = row.Type,
        Queue = row.Queue,
        Priority = row.Priority,
        MaxAttempts = row.MaxAttempts,
        Payload = row.Payload,
        NextRun = row.NextAt is { } next ? new DateTimeOffset(next) : null,
        PreviousRun = row.LastAt is { } last ? new DateTimeOffset(last) : null,
        LastJobId = row.LastJob,
        LastState = (JobState?)row.LastState,
        PassedOver = row.PassedOver,
    };

    private ScheduleState StateOf(ScheduleListRow row) => row switch
    {
        { IsPaused: true } => ScheduleState.Paused,
        { Enabled: false } => ScheduleState.Disabled,
        { IsDefined: false } when !isDefinedHere(row.Name) => ScheduleState.Orphaned,
        { IsOverdue: true } => ScheduleState.Waiting,
        { NextAt: null } => ScheduleState.Finished,
        _ => ScheduleState.Active,
    };
}
