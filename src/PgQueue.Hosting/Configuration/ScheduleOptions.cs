using System.Text.Json.Nodes;

namespace PgQueue;

/// <summary>
/// One recurring job, besides its name. In code given to <c>AddCron</c> or to the client, in the configuration an entry of section <c>Schedules</c>. Where both name
/// the same schedule, what the configuration says goes over what <c>AddCron</c> says, so that an operator can change a time without a new build.
/// </summary>
public sealed class ScheduleOptions
{
    /// <summary>When it runs: five fields, six with seconds, a macro such as <c>@hourly</c>, or <c>@every 90s</c>.</summary>
    /// <value>Default: none; required.</value>
    public string? Cron { get; set; }

    /// <summary>The zone whose clock the expression means: an IANA id such as <c>Europe/Dublin</c>, or a Windows one.</summary>
    /// <value>Default <c>UTC</c>.</value>
    public string? TimeZone { get; set; }

    /// <summary>What becomes of a time that the clock jumps over.</summary>
    /// <value>Default <see cref="DaylightGap.RunAfter"/>.</value>
    public DaylightGap? Gap { get; set; }

    /// <summary>What becomes of a time that comes twice.</summary>
    /// <value>Default <see cref="DaylightOverlap.Auto"/>.</value>
    public DaylightOverlap? Overlap { get; set; }

    /// <summary>What becomes of occurrences that no process was up to run.</summary>
    /// <value>Default <see cref="PgQueue.MissedRuns.FireOnce"/>.</value>
    public MissedRuns? MissedRuns { get; set; }

    /// <summary>What becomes of an occurrence while the run before it has not finished.</summary>
    /// <value>Default <see cref="PgQueue.WhenRunning.Run"/>.</value>
    public WhenRunning? WhenRunning { get; set; }

    /// <summary>Whether it fires at all.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool? Enabled { get; set; }

    /// <summary>The type name of its jobs.</summary>
    /// <value>Default: the payload class's. Required for a schedule that stands in the configuration alone.</value>
    public string? Type { get; set; }

    /// <summary>The queue of its jobs.</summary>
    /// <value>Default: the type's queue, else <c>default</c>.</value>
    public string? Queue { get; set; }

    /// <summary>The priority of its jobs.</summary>
    /// <value>Default 0. Range -100 to 100.</value>
    public int? Priority { get; set; }

    /// <summary>How often each of its jobs may be started.</summary>
    /// <value>Default: the handler's or the global <c>Retry:MaxAttempts</c> (5). Range 1 to 1,000.</value>
    public int? MaxAttempts { get; set; }

    /// <summary>How long one attempt may run.</summary>
    /// <value>Default: the handler's, the queue's or the global timeout. 10 ms to 20 days; <c>Infinite</c> (-1 ms) for none.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Headers of each of its jobs. In code only.</summary>
    /// <value>Default: none. As in <see cref="EnqueueOptions.Headers"/>.</value>
    public IReadOnlyDictionary<string, string>? Headers { get; set; }

    /// <summary>The section <c>Payload</c> of the configuration, every value a text.</summary>
    internal JsonNode? ConfiguredPayload { get; set; }

    /// <summary>These options, with whatever <paramref name="over"/> says in their place.</summary>
    internal ScheduleOptions With(ScheduleOptions? over) => over is null ? this : new ScheduleOptions
    {
        Cron = over.Cron ?? Cron,
        TimeZone = over.TimeZone ?? TimeZone,
        Gap = over.Gap ?? Gap,
        Overlap = over.Overlap ?? Overlap,
        MissedRuns = over.MissedRuns ?? MissedRuns,
        WhenRunning = over.WhenRunning ?? WhenRunning,
        Enabled = over.Enabled ?? Enabled,
        Type = over.Type ?? Type,
        Queue = over.Queue ?? Queue,
        Priority = over.Priority ?? Priority,
        MaxAttempts = over.MaxAttempts ?? MaxAttempts,
        Timeout = over.Timeout ?? Timeout,
        Headers = over.Headers ?? Headers,
        ConfiguredPayload = over.ConfiguredPayload ?? ConfiguredPayload,
    };
}
