using System.Globalization;
using PgQueue.Payloads;
using PgQueue.Storage;

namespace PgQueue.Client;

/// <summary>Finds jobs and acts on them, on queues and on types, in somebody's name.</summary>
internal sealed class JobAdmin(AdminParts parts, string actor) : IJobAdmin
{
    private const int MaxSize = 1000;
    private const int MaxCount = 10_000;
    private const int MaxError = 200;
    private const int RecalledAtOnce = 500;
    private const double SlowestRate = 0.0001;
    private readonly BulkActs _many = new(parts, actor);

    public IJobAdmin As(string actor) => new JobAdmin(parts, ActRules.Actor(actor));

    public async Task<JobPage> FindAsync(JobFilter? filter = null, string? after = null, int size = 50, CancellationToken cancellationToken = default)
    {
        filter ??= new JobFilter();
        JobFilterRules.Check(filter);
        CheckSize(size);
        PageKey key = default;
        if (after is not null && !PageKey.TryParse(after, out key))
            throw new InvalidJobFilterException(nameof(after), "it is no cursor. Give JobPage.Next of the page before, with the same filter.");
        var rows = await StorageErrors.ExplainAsync(parts.Search.FindAsync(filter, key, size, cancellationToken)).ConfigureAwait(false);
        return new JobPage([.. rows.Select(Summary)], rows.Count < size ? null : PageKey.Of(rows[^1]).ToString());
    }

    public async Task<JobCount> CountAsync(JobFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new JobFilter();
        JobFilterRules.Check(filter);
        var count = await StorageErrors.ExplainAsync(parts.Search.CountAsync(filter, MaxCount + 1, cancellationToken)).ConfigureAwait(false);
        return new JobCount(Math.Min(count, MaxCount), count > MaxCount);
    }

    public async Task<RetryResult> RetryAsync(Guid jobId, CancellationToken cancellationToken = default)
    {
        var result = (await StorageErrors.ExplainAsync(
            parts.Acts.RetryAsync([jobId], parts.Worker(), Note("retry", jobId), cancellationToken)).ConfigureAwait(false))[0];
        if (result.Outcome is RetryOutcome.Copied or RetryOutcome.MadeReady)
            parts.Hub.AnnounceReady(null);
        return result;
    }

    public Task<long> RetryAllAsync(
        JobFilter filter, double? perSecond = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        Check(filter, "retry", JobState.Failed, JobState.Cancelled, JobState.Succeeded);
        if (perSecond is { } rate && !(rate >= SlowestRate && double.IsFinite(rate)))
            throw new InvalidJobFilterException(nameof(perSecond), FormattableString.Invariant($"it must be {SlowestRate} or more."));
        return _many.RetryAsync(filter, perSecond, progress, cancellationToken);
    }

    public Task<ActResult> CancelAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default) =>
        EndAsync(jobId, "cancel", AttemptOutcome.Cancelled, "cancelled", reason, cancellationToken);

    public Task<ActResult> DiscardAsync(Guid jobId, string? reason = null, CancellationToken cancellationToken = default) =>
        EndAsync(jobId, "discard", AttemptOutcome.Failed, "discarded", reason, cancellationToken);

    public Task<long> CancelAllAsync(
        JobFilter filter, string? reason = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        Check(filter, "cancel", JobState.Ready, JobState.Scheduled, JobState.Running);
        reason = ActRules.Reason(reason);
        return _many.EndAsync("cancel-all", filter, AttemptOutcome.Cancelled, reason ?? "cancelled", reason, progress, cancellationToken);
    }

    public Task<long> DiscardAllAsync(
        JobFilter filter, string? reason = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        Check(filter, "discard", JobState.Ready, JobState.Scheduled, JobState.Running);
        reason = ActRules.Reason(reason);
        return _many.EndAsync("discard-all", filter, AttemptOutcome.Failed, reason ?? "discarded", reason, progress, cancellationToken);
    }

    public Task<ActResult> RescheduleAsync(Guid jobId, DateTimeOffset runAt, CancellationToken cancellationToken = default)
    {
        var at = ActRules.RunAt(runAt);
        return MoveAsync(jobId, "reschedule", new JobMove(at, null), To(at), cancellationToken);
    }

    public Task<long> RescheduleAllAsync(
        JobFilter filter, DateTimeOffset runAt, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        Check(filter, "reschedule", JobState.Ready, JobState.Scheduled);
        var at = ActRules.RunAt(runAt);
        return _many.MoveAsync("reschedule-all", filter, new JobMove(at, null), To(at), row => row.ScheduledFor != at, progress, cancellationToken);
    }

    public Task<ActResult> SetPriorityAsync(Guid jobId, int priority, CancellationToken cancellationToken = default)
    {
        var rank = ActRules.Priority(priority);
        return MoveAsync(jobId, "priority", new JobMove(null, rank), To(rank), cancellationToken);
    }

    public Task<long> SetPriorityAllAsync(JobFilter filter, int priority, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        Check(filter, "give another priority to", JobState.Ready, JobState.Scheduled);
        var rank = ActRules.Priority(priority);
        return _many.MoveAsync("priority-all", filter, new JobMove(null, rank), To(rank), row => row.Priority != rank, progress, cancellationToken);
    }

    public Task<bool> PauseQueueAsync(string queue, string? reason = null, CancellationToken cancellationToken = default) =>
        PauseAsync(PauseKind.Queue, ActRules.Queue(queue), reason, cancellationToken);

    public Task<bool> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        ResumeAsync(PauseKind.Queue, ActRules.Queue(queue), cancellationToken);

    public Task<bool> PauseTypeAsync(string type, string? reason = null, CancellationToken cancellationToken = default) =>
        PauseAsync(PauseKind.Type, ActRules.Type(type), reason, cancellationToken);

    public async Task<bool> ResumeTypeAsync(string type, CancellationToken cancellationToken = default)
    {
        var changed = await ResumeAsync(PauseKind.Type, ActRules.Type(type), cancellationToken).ConfigureAwait(false);
        // also on a repetition: an earlier call may have been interrupted here
        for (Guid? next = Guid.Empty; next is { } after;)
        {
            (var jobs, next) = await StorageErrors.ExplainAsync(
                parts.Upkeep.RecallResumedAsync(after, RecalledAtOnce, parts.Worker(), cancellationToken)).ConfigureAwait(false);
            if (jobs > 0)
                parts.Hub.AnnounceReady(null);
        }

        return changed;
    }

    public async Task<IReadOnlyList<PauseInfo>> GetPausesAsync(CancellationToken cancellationToken = default) =>
        [.. (await StorageErrors.ExplainAsync(parts.Acts.ReadPausesAsync(cancellationToken)).ConfigureAwait(false))
            .Select(row => new PauseInfo((PauseKind)row.Kind, row.Name, row.Reason, row.Actor, Utc(row.Since)))];

    public async Task<AuditPage> GetAuditAsync(string? after = null, int size = 50, CancellationToken cancellationToken = default)
    {
        CheckSize(size);
        long? line = null;
        if (after is not null)
        {
            line = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidJobFilterException(nameof(after), "it is no cursor. Give AuditPage.Next of the page before.");
        }

        var rows = await StorageErrors.ExplainAsync(parts.Acts.ReadAuditAsync(line, size, cancellationToken)).ConfigureAwait(false);
        return new AuditPage([.. rows.Select(Line)], rows.Count < size ? null : rows[^1].Id.ToString(CultureInfo.InvariantCulture));
    }

    public Task<JobReport> GetReportAsync(CancellationToken cancellationToken = default) => parts.Statistics.ReportAsync(cancellationToken);

    public Task<IReadOnlyList<WorkerInfo>> GetWorkersAsync(CancellationToken cancellationToken = default) => parts.Statistics.WorkersAsync(cancellationToken);

    public Task<IReadOnlyList<RatePoint>> GetHistoryAsync(TimeSpan window, string? queue = null, CancellationToken cancellationToken = default) =>
        parts.Statistics.HistoryAsync(window, queue, cancellationToken);

    private async Task<ActResult> EndAsync(
        Guid job, string act, AttemptOutcome outcome, string otherwise, string? reason, CancellationToken cancellationToken)
    {
        reason = ActRules.Reason(reason);
        var result = (await StorageErrors.ExplainAsync(
            parts.Acts.EndAsync(new JobBatch(job), outcome, reason ?? otherwise, Note(act, job, "", reason), cancellationToken)).ConfigureAwait(false))[0];
        if (result.Outcome is ActOutcome.Asked or ActOutcome.NothingToDo)
            await _many.TellHoldersAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task<ActResult> MoveAsync(Guid job, string act, JobMove move, string where, CancellationToken cancellationToken)
    {
        var outcome = await StorageErrors.ExplainAsync(
            parts.Acts.MoveAsync(job, move, parts.Worker(), Note(act, job, where), cancellationToken)).ConfigureAwait(false);
        _many.Moved();
        return new ActResult(job, outcome);
    }

    private async Task<bool> PauseAsync(PauseKind kind, string name, string? reason, CancellationToken cancellationToken)
    {
        reason = ActRules.Reason(reason);
        return Told(await StorageErrors.ExplainAsync(parts.Acts.PauseAsync(kind, name, reason, actor, cancellationToken)).ConfigureAwait(false));
    }

    private async Task<bool> ResumeAsync(PauseKind kind, string name, CancellationToken cancellationToken) =>
        Told(await StorageErrors.ExplainAsync(parts.Acts.ResumeAsync(kind, name, actor, cancellationToken)).ConfigureAwait(false));

    /// <summary>The loop that reads what is due reads what is paused, here at once and elsewhere by the notification.</summary>
    private bool Told(bool changed)
    {
        parts.Hub.AnnounceScheduled();
        return changed;
    }

    private ActNote Note(string act, Guid job, string where = "", string? reason = null) => new(actor, act, job + where, reason);

    private static void Check(JobFilter filter, string act, params ReadOnlySpan<JobState> allowed)
    {
        ArgumentNullException.ThrowIfNull(filter);
        JobFilterRules.Check(filter);
        JobFilterRules.CheckState(filter, act, allowed);
    }

    private static void CheckSize(int size)
    {
        if (size is < 1 or > MaxSize)
            throw new InvalidJobFilterException(nameof(size), $"{size} is out of range. Allowed are 1 to {MaxSize}.");
    }

    private static string To(DateTime at) => $" to {at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)}";

    private static string To(short priority) => string.Create(CultureInfo.InvariantCulture, $" to {priority}");

    private static JobSummary Summary(FoundJobRow row) => new()
    {
        Id = row.Id,
        Type = row.Type,
        Queue = row.Queue,
        Priority = row.Priority,
        State = (JobState)row.State,
        Attempt = row.Attempt,
        MaxAttempts = row.MaxAttempts,
        EnqueuedAt = Utc(row.EnqueuedAt),
        ScheduledFor = row.ScheduledFor is { } due ? Utc(due) : null,
        FinishedAt = row.FinishedAt is { } finished ? Utc(finished) : null,
        Error = row.Error is { } error ? ErrorText.Clean(error.Split('\n', 2)[0].TrimEnd('\r'), MaxError) : null,
    };

    private static AuditLine Line(AuditRow row) => new()
    {
        Id = row.Id,
        At = Utc(row.At),
        Actor = row.Actor,
        Act = row.Act,
        Target = row.Target,
        Reason = row.Reason,
        Count = row.Count,
    };

    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
